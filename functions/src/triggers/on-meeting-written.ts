import { MINUTE, namingOf, needsAttention, parseMeeting } from "@meeting-bot/core";
import { onDocumentWritten } from "firebase-functions/v2/firestore";
import { services } from "../compose.ts";
import * as logs from "../logs.ts";
import { databaseParam, meetingDocument, placement } from "../params.ts";
import { serveMeeting } from "../use-cases/serve-meeting.ts";

/**
 * A user wrote, changed or deleted a meeting: it gets what it asks for. What the event says only
 * decides whether to look.
 */
export const onMeetingWritten = onDocumentWritten(
  { document: meetingDocument, database: databaseParam, ...placement, retry: true },
  async ({ data, document, time }) => {
    const { config, ...needed } = services();
    const naming = namingOf(config).meeting;
    const [before, after] = [data?.before, data?.after].map((snapshot) => {
      const fields = snapshot?.data();
      return fields && parseMeeting(fields, naming, config);
    });
    // A document that was deleted, or written over as a whole, no longer says which bot it had.
    const former = after?.botInstanceId === undefined ? before?.botInstanceId : undefined;
    if (former === undefined && !(after && needsAttention(after))) return;
    if (Date.now() - Date.parse(time) > config.maxRecordingMinutes * MINUTE) {
      return logs.eventTooOld(document, time);
    }
    await serveMeeting(needed, document, former);
  },
);
