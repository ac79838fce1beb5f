import { dirname } from "node:path/posix";
import { type BotInstance, defaultRecordingPath, parseRecordingPath } from "@meeting-bot/core";
import { nameIn } from "../../webhooks/artifact-place.ts";

/**
 * Every folder in which an instance may have stored something, at `location`. The default one is named
 * after its first meeting, which may be none of these any more; the outputs tell where they are themselves.
 */
export function recordingFolders(
  instance: BotInstance,
  meetingPaths: readonly string[],
  location: string,
): string[] {
  const { id, gcsPath, meetings, creatorUserId, creatorOrganizationId, outputs = [] } = instance;
  const own = parseRecordingPath(gcsPath);
  const meetingIds = [...meetings, ...meetingPaths].map((path) => path.split("/").at(-1) ?? id);
  const usual = [...meetingIds, id].map((meetingId) =>
    defaultRecordingPath({ creatorUserId, creatorOrganizationId, meetingId, instanceId: id }),
  );
  const known = outputs.flatMap(({ uri }) => nameIn(location, uri) ?? []).map(dirname);
  return [...new Set([...(own.ok ? [own.path] : usual), ...known])];
}
