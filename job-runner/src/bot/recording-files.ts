import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type BotIdentity, recordingBaseName } from "./bot-identity.ts";

/** A recording of the bot on the shared volume. */
export interface RecordingFile {
  path: string;
  bytes: number;
}

/** A name's extension need not match its contents: the bot takes it from a setting. */
const EXTENSIONS = [".webm", ".mp4"];

/**
 * Where the bot's recording may be, best first, relative to the volume's root: the documented place,
 * then where upstream's Teams recorder writes until it copies the same bytes there.
 */
export function recordingPaths(identity: BotIdentity): string[] {
  const documented = join(identity.userId, recordingBaseName(identity));
  const growing = `recording-${identity.botId}`;
  return [documented, growing].flatMap((stem) => EXTENSIONS.map((extension) => stem + extension));
}

/** Finds the recordings that are there, best first, empty ones included. */
export async function findRecordings(
  root: string,
  identity: BotIdentity,
): Promise<RecordingFile[]> {
  const paths = recordingPaths(identity).map((path) => join(root, path));
  const files = await Promise.all(paths.map(describe));
  return files.filter((file) => file !== undefined);
}

async function describe(path: string): Promise<RecordingFile | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  return found?.isFile() ? { path, bytes: found.size } : undefined;
}
