import { BOT_INSTANCES } from "@meeting-bot/core";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { services } from "../compose.ts";
import { databaseParam, placement } from "../params.ts";
import { claimInstance } from "../use-cases/claim-instance.ts";

/** Somebody else made a bot instance: it is claimed. Those that we make are claimed already, or due later. */
export const onBotInstanceCreated = onDocumentCreated(
  { document: `${BOT_INSTANCES}/{id}`, database: databaseParam, ...placement, retry: true },
  async ({ data, params }) => {
    const { config, ...needed } = services();
    const isQueued = data?.get(config.instanceStatusField) === config.queuedValue;
    const isOurs = data?.get("request_hash") !== undefined;
    if (isQueued && !isOurs) await claimInstance(needed, params.id);
  },
);
