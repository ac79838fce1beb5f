import { BOT_EVENTS, BOT_INSTANCES } from "@meeting-bot/core";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { services } from "../compose.ts";
import { databaseParam, placement } from "../params.ts";
import { readRetry } from "../timers/read-retry.ts";
import { scheduleLaunch } from "../use-cases/schedule-launch.ts";

/**
 * Something happened to an instance. When an attempt has failed and another one is to follow, its timer
 * is set: whoever failed may be a job, which cannot set timers and need not be allowed to. The history
 * tells of it without a reading.
 */
export const onBotEventCreated = onDocumentCreated(
  {
    document: `${BOT_INSTANCES}/{id}/${BOT_EVENTS}/{event}`,
    database: databaseParam,
    ...placement,
    retry: true,
  },
  async ({ data }) => {
    // Not `params`: they come from the event's path, which is garbled where it is not ASCII.
    const instanceId = data?.ref.parent.parent?.id;
    if (!data || instanceId === undefined) return;
    const retryAt = readRetry(data.data());
    if (retryAt === undefined) return;
    await scheduleLaunch(services(), { id: instanceId, status: "queued", wakeAt: retryAt });
  },
);
