import { attentionTo, namingOf, parseMeeting } from "@meeting-bot/core";
import { onDocumentWritten } from "firebase-functions/v2/firestore";
import { services } from "../compose.ts";
import * as logs from "../logs.ts";
import { databaseParam, meetingDocument, placement } from "../params.ts";
import { serveMeeting } from "../use-cases/serve-meeting.ts";
import { takingBlankNames } from "./blank-names.ts";

/**
 * A user wrote, changed or deleted a meeting: it gets what it asks for. What the event says only
 * decides whether to look; however old it is, what it leads to is decided by the meeting's own time.
 */
export const onMeetingWritten = takingBlankNames(
  onDocumentWritten(
    { document: meetingDocument, database: databaseParam, ...placement, retry: true },
    async ({ data }) => {
      if (!data) return;
      const { config, ...needed } = services();
      const naming = namingOf(config).meeting;
      const [before, after] = [data.before, data.after].map((snapshot) => {
        const fields = snapshot.data();
        return fields && parseMeeting(fields, naming, config);
      });
      // Once for each such status, not for each write.
      if (after?.unknownStatus !== undefined && after.unknownStatus !== before?.unknownStatus) {
        logs.statusNotUnderstood(data.after.ref.path, after.unknownStatus);
      }
      const attention = attentionTo(before, after);
      if (!attention) return;
      // The event's own attributes are garbled where the path is not ASCII (firebase-functions#1459);
      // of the two snapshots only one that exists has its name from the event's content.
      const { ref } = data.after.exists ? data.after : data.before;
      await serveMeeting(needed, ref.path, attention.formerInstanceId);
    },
  ),
);
