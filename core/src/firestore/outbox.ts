import type { Instant } from "../time.ts";
import { newDelivery } from "../webhooks/delivery.ts";
import { asksFor } from "../webhooks/endpoint.ts";
import { type BotChange, eventsOf } from "../webhooks/events.ts";
import type { Documents } from "./documents.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/**
 * Reads who asks to be told of changes to bots, if they are anything to tell of; the result writes a
 * delivery for each endpoint and event.
 */
export async function readOutbox(
  { webhooks }: Documents,
  unit: UnitOfWork,
  changes: readonly BotChange[],
  now: Instant,
): Promise<() => void> {
  const events = changes.flatMap(eventsOf);
  const organizations = [...new Set(events.map(({ data }) => data.organizationId))];
  const asking = new Map(
    await Promise.all(
      organizations.map(async (id) => [id, await webhooks.readEndpoints(unit, id)] as const),
    ),
  );
  return () => {
    for (const event of events) {
      const endpoints = asking.get(event.data.organizationId) ?? [];
      for (const { id } of endpoints.filter((endpoint) => asksFor(endpoint, event.type))) {
        webhooks.createDelivery(unit, newDelivery(webhooks.newDeliveryId(now), event, id, now));
      }
    }
  };
}
