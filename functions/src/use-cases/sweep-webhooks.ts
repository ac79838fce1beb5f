import type { Instant, WebhookDelivery, WebhookStore } from "@meeting-bot/core";
import { PATIENCE_MS, renewalOf } from "../webhooks/renewal.ts";
import { type ScheduleDeliveryServices, scheduleDelivery } from "./schedule-delivery.ts";

/** What sweeping deliveries needs. */
export interface SweepWebhooksServices extends ScheduleDeliveryServices {
  webhooks: Pick<WebhookStore, "findDue">;
  now(): Instant;
}

const PAGE_SIZE = 100;
/** More than a minute's dispatches of the queue: what is left waits there anyway. */
const MAX_PAGES = 50;

/**
 * Gives every delivery that is late another task: its own was lost, or whoever made the attempt died.
 * A task too many does no harm, since only one of them gets the lease.
 */
export async function sweepWebhooks(services: SweepWebhooksServices): Promise<void> {
  const now = services.now();
  let last: WebhookDelivery | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const late = await services.webhooks.findDue(now - PATIENCE_MS, PAGE_SIZE, last);
    await Promise.all(late.map((delivery) => renew(services, delivery, now)));
    last = late.at(-1);
    if (late.length < PAGE_SIZE) return;
  }
}

function renew(
  services: SweepWebhooksServices,
  { id, wakeAt = 0 }: WebhookDelivery,
  now: Instant,
): Promise<void> {
  return scheduleDelivery(services, { id, wakeAt: renewalOf(wakeAt, now) });
}
