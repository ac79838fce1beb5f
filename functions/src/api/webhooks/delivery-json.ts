import { toFields, type WebhookDelivery } from "@meeting-bot/core";

/** A delivery as the API shows it: how its sending goes, not what it says. */
export function toDeliveryJson(delivery: WebhookDelivery): object {
  const { id, endpointId, type, occurredAt, status, attempt, attempts } = delivery;
  const { wakeAt: nextAttemptAt, createdAt, endedAt } = delivery;
  return toFields({
    id,
    endpointId,
    type,
    occurredAt,
    status,
    attempt,
    nextAttemptAt,
    attempts,
    createdAt,
    endedAt,
  });
}
