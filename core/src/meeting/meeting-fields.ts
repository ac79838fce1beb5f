import type { MeetingNaming } from "./meeting.ts";

/** What is read of a meeting besides the fields that can be renamed. */
const FIELDS = [
  "meeting_url",
  "join_url",
  "start",
  "end",
  "occurrence_start_utc",
  "timezone",
  "bot_name",
  "creator_organization_id",
  "creator_user_id",
  "gcs_path",
  "recording_options",
  "recording.request_hash",
] as const;

/** The fields by which a meeting is judged: its document may hold a megabyte of others. */
export function fieldsOfMeeting({ statusField, instanceField }: MeetingNaming): string[] {
  return [statusField, instanceField, ...FIELDS];
}
