import { BOT_EVENTS, BOT_INSTANCES } from "@meeting-bot/core";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { services } from "../compose.ts";
import { databaseParam, placement } from "../params.ts";
import { readRetry } from "../timers/read-retry.ts";
import { scheduleLaunch } from "../use-cases/schedule-launch.ts";

/**
 * An attempt has failed and another one is to follow: its timer is set. Whoever failed may be a job,
 * which cannot set timers and need not be allowed to; the history tells of it without a reading.
 */
export const onBotEventCreated = onDocumentCreated(
  {
    document: `${BOT_INSTANCES}/{id}/${BOT_EVENTS}/{event}`,
    database: databaseParam,
    ...placement,
  },
  async ({ data, params }) => {
    const retryAt = readRetry(data?.data());
    if (retryAt === undefined) return;
    await scheduleLaunch(services(), { id: params.id, status: "queued", wakeAt: retryAt });
  },
);
