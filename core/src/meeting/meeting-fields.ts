import type { MeetingNaming } from "./status.ts";

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
  "metadata",
  "recording_retry",
  "recording",
] as const;

/** The fields of a meeting that something is read of: its document may hold a megabyte of others. */
export function meetingFields({ statusField, instanceField }: MeetingNaming): string[] {
  return [statusField, instanceField, ...FIELDS];
}
