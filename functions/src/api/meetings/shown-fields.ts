import type { MeetingNaming } from "@meeting-bot/core";

/**
 * The fields of a meeting that the API reads: its users may keep a megabyte of others there, and a page
 * has many meetings.
 */
export function shownFields({ statusField, instanceField }: MeetingNaming): string[] {
  return [...new Set([statusField, instanceField, ...SHOWN])];
}

const SHOWN = [
  "meeting_url",
  "join_url",
  "start",
  "end",
  "occurrence_start_utc",
  "timezone",
  "bot_name",
  "gcs_path",
  "recording_options",
  "metadata",
  "creator_organization_id",
  "creator_user_id",
  "recording_retry",
  "recording",
];
