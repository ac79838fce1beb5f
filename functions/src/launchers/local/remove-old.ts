import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DAY, type Instant } from "@meeting-bot/core";
import { ENDING } from "./execution-folder.ts";

/** How long the logs of an execution that has ended are kept. */
const KEPT_MS = 7 * DAY;

/** Each launch makes one folder: with more than one removed for it, what has piled up gets less. */
const MAX_REMOVED = 10;

/** Removes some of the executions that have ended long ago; one that cannot be removed is met again. */
export async function removeOld(runsDir: string, now: Instant): Promise<void> {
  const folders = (await readdir(runsDir)).map((name) => join(runsDir, name));
  let left = MAX_REMOVED;
  for (const folder of folders) {
    const endedAt = await endOf(folder);
    if (endedAt === undefined || now - endedAt < KEPT_MS) continue;
    await Promise.allSettled([rm(folder, { recursive: true })]);
    left -= 1;
    if (left === 0) return;
  }
}

/** When an execution has ended, by when that was written down; undefined for whatever else is there. */
async function endOf(folder: string): Promise<Instant | undefined> {
  return stat(join(folder, ENDING)).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
