import type { Timer, WebhookDelivery } from "@meeting-bot/core";
import * as logs from "../logs.ts";

/** What scheduling a delivery needs. */
export interface ScheduleDeliveryServices {
  deliveryTimer(): Promise<Timer>;
}

/**
 * Sets the timer of a delivery's next attempt; one that has ended is left alone. Never fails: without
 * its timer a delivery is found by the sweep.
 */
export async function scheduleDelivery(
  { deliveryTimer }: ScheduleDeliveryServices,
  { id, wakeAt }: Pick<WebhookDelivery, "id" | "wakeAt">,
): Promise<void> {
  if (wakeAt === undefined) return;
  try {
    await (await deliveryTimer()).setTimer(id, wakeAt);
  } catch (error) {
    logs.deliveryTimerNotSet(id, error);
  }
}
