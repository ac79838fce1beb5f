import { BOT_EVENTS, BOT_INSTANCES, isTold } from "@meeting-bot/core";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { services } from "../compose.ts";
import { databaseParam, placement } from "../params.ts";
import { readRetry } from "../timers/read-retry.ts";
import { scheduleLaunch } from "../use-cases/schedule-launch.ts";
import { tellMeetings } from "../use-cases/tell-meetings.ts";

/**
 * Something happened to an instance. What its meetings show of it is told to each of them. When an attempt has failed and another one is to follow, its timer
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
    const entry = data.data();
    const retryAt = readRetry(entry);
    if (retryAt !== undefined) {
      await scheduleLaunch(services(), { id: instanceId, status: "queued", wakeAt: retryAt });
    }
    if (isTold(entry)) await tellMeetings(services(), instanceId);
  },
);
