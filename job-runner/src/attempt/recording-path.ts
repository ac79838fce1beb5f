import {
  type BotInstance,
  defaultRecordingPath,
  type Failure,
  failure,
  parseRecordingPath,
} from "@meeting-bot/core";

/**
 * Where the objects of an instance go: where its document says, else to a path that nobody else has.
 * `null` and an empty text say nothing, as everywhere in a user's documents.
 */
export function recordingPathOf(
  instance: BotInstance,
): { ok: true; path: string } | { ok: false; failure: Failure } {
  const { gcsPath = null } = instance;
  if (gcsPath === null || gcsPath === "") return { ok: true, path: defaultPath(instance) };
  const parsed = parseRecordingPath(gcsPath);
  if (parsed.ok) return parsed;
  return {
    ok: false,
    failure: failure("INVALID_MEETING", "request", `gcs_path ${parsed.problem}.`),
  };
}

function defaultPath(instance: BotInstance): string {
  const { id, meetingPath, creatorUserId, creatorOrganizationId } = instance;
  const meetingId = meetingPath?.split("/").at(-1) ?? id;
  return defaultRecordingPath({ creatorUserId, creatorOrganizationId, meetingId, instanceId: id });
}
