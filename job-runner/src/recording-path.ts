import {
  type BotInstance,
  defaultRecordingPath,
  type Failure,
  failure,
  parseRecordingPath,
} from "@meeting-bot/core";

/** Where the objects of an instance go: where its document says, else to a path that nobody else has. */
export function recordingPathOf(
  instance: BotInstance,
): { ok: true; path: string } | { ok: false; failure: Failure } {
  if (instance.gcsPath === undefined) return { ok: true, path: defaultPath(instance) };
  const parsed = parseRecordingPath(instance.gcsPath);
  if (parsed.ok) return parsed;
  return {
    ok: false,
    failure: failure("INVALID_MEETING", "request", `gcs_path ${parsed.problem}.`),
  };
}

function defaultPath(instance: BotInstance): string {
  const { id, meetings, creatorUserId, creatorOrganizationId } = instance;
  const meetingId = meetings[0]?.split("/").at(-1) ?? id;
  return defaultRecordingPath({ creatorUserId, creatorOrganizationId, meetingId, instanceId: id });
}
