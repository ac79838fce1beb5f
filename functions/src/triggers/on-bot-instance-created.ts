import { BOT_INSTANCES } from "@meeting-bot/core";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { services } from "../compose.ts";
import { databaseParam, placement } from "../params.ts";
import { takeUpInstance } from "../use-cases/take-up-instance.ts";

/** Somebody made a bot instance, we or others: whether it is taken up shows in what is in it. */
export const onBotInstanceCreated = onDocumentCreated(
  { document: `${BOT_INSTANCES}/{id}`, database: databaseParam, ...placement, retry: true },
  async ({ data }) => {
    if (!data) return;
    const { config, ...needed } = services();
    const isQueued = data.get(config.instanceStatusField) === config.queuedValue;
    // Not `params`: they come from the event's path, which is garbled where it is not ASCII.
    await takeUpInstance(needed, { id: data.ref.id, isQueued, fields: data.data() });
  },
);
