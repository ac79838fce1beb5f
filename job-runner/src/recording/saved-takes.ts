import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** Where in the work folder a take is kept that is in no file of the bot's any more; counted from 1. */
export function savedTakePath(workDir: string, number: number): string {
  return join(workDir, `take-${number}.webm`);
}

/** Writes a file that is there whole or not at all. */
export async function writeWhole(
  path: string,
  bytes: Iterable<Buffer> | AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const unfinished = `${path}.new`;
  try {
    await pipeline(bytes, createWriteStream(unfinished), { signal });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
