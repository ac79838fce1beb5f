import { type LinkRules, type MeetingNaming, parseMeeting } from "@meeting-bot/core";
import { defined, toText, toTime } from "../json.ts";
import type { StoredMeeting } from "./meeting-store.ts";
import { toSummaryJson } from "./summary-json.ts";

/** What of a configuration tells how meetings are read. */
export interface MeetingReading {
  naming: MeetingNaming;
  links: LinkRules;
}

/** A meeting as the API shows it. What a user wrote into a field that is unlike what it should be is left out. */
export function toMeetingJson(
  { id, fields }: Pick<StoredMeeting, "id" | "fields">,
  { naming, links }: MeetingReading,
): object {
  const { request, occurrenceAt, botInstanceId, metadata } = parseMeeting(fields, naming, links);
  const isOccurrence = (fields["occurrence_start_utc"] ?? "") !== "";
  return defined({
    id,
    meeting_url: request.meetingUrl,
    meeting_status: toText(fields[naming.statusField]) ?? null,
    start: toTime(request.startAt),
    end: toTime(request.endAt),
    occurrence_start_utc: isOccurrence ? toTime(occurrenceAt) : undefined,
    timezone: request.timezone,
    bot_name: request.botName,
    gcs_path: request.gcsPath,
    recording_options: request.recordingOptions,
    metadata,
    creator_organization_id: request.creatorOrganizationId,
    creator_user_id: request.creatorUserId,
    bot_instance_id: toText(botInstanceId),
    recording: toSummaryJson(fields["recording"]),
  });
}
