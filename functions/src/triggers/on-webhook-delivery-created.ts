import { BOT_WEBHOOK_DELIVERIES, isTimestamp } from "@meeting-bot/core";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { services } from "../compose.ts";
import { databaseParam, placement } from "../params.ts";
import { scheduleDelivery } from "../use-cases/schedule-delivery.ts";

/**
 * Something happened that an endpoint is to be told of: the task that does so is set. Whoever noted
 * it may be a job, which cannot set tasks and need not be allowed to.
 */
export const onWebhookDeliveryCreated = onDocumentCreated(
  { document: `${BOT_WEBHOOK_DELIVERIES}/{id}`, database: databaseParam, ...placement },
  async ({ data }) => {
    const wakeAt: unknown = data?.get("wake_at");
    if (!data || !isTimestamp(wakeAt)) return;
    // Not `params`: they come from the event's path, which is garbled where it is not ASCII.
    await scheduleDelivery(services(), { id: data.ref.id, wakeAt: wakeAt.toMillis() });
  },
);
