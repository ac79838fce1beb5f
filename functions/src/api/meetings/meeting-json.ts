import {
  isTimestamp,
  type LinkRules,
  type MeetingNaming,
  parseMeeting,
  type Status,
} from "@meeting-bot/core";
import { defined, toTime } from "../json.ts";
import type { StoredMeeting } from "./meeting-store.ts";

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
  const { request, occurrenceAt, botInstanceId } = parseMeeting(fields, naming, links);
  const status = fields[naming.statusField];
  const isOccurrence = (fields["occurrence_start_utc"] ?? "") !== "";
  return defined({
    id,
    meeting_url: request.meetingUrl,
    meeting_status: typeof status === "string" ? status : null,
    start: toTime(request.startAt),
    end: toTime(request.endAt),
    occurrence_start_utc: isOccurrence ? toTime(occurrenceAt) : undefined,
    timezone: request.timezone,
    bot_name: request.botName,
    gcs_path: request.gcsPath,
    recording_options: request.recordingOptions,
    creator_organization_id: request.creatorOrganizationId,
    creator_user_id: request.creatorUserId,
    bot_instance_id: botInstanceId,
    recording: toSummaryJson(fields["recording"]),
  });
}

const STATUSES: readonly Status[] = ["queued", "processing", "done", "failed", "cancelled"];

/** From the map that we keep on a meeting, and that somebody may have written over. */
function toSummaryJson(value: unknown): object | undefined {
  const map = Object(value) as Record<string, unknown>;
  const status = STATUSES.find((known) => known === map["status"]);
  if (!status) return undefined;
  const erasedAt = map["erased_at"];
  return defined({
    status,
    video_uri: textOr(map["video_uri"]),
    audio_uri: textOr(map["audio_uri"]),
    duration_seconds: lengthOr(map["duration_seconds"]),
    partial: typeof map["partial"] === "boolean" ? map["partial"] : undefined,
    erased_at: isTimestamp(erasedAt) ? toTime(erasedAt.toMillis()) : undefined,
    error: toErrorJson(map["error"]),
  });
}

function toErrorJson(value: unknown): object | undefined {
  const { code, message } = Object(value) as Record<string, unknown>;
  return typeof code === "string" && typeof message === "string" ? { code, message } : undefined;
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function lengthOr(value: unknown): number | undefined {
  return Number.isFinite(value) && Number(value) >= 0 ? Number(value) : undefined;
}
