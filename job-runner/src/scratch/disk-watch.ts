import { statfs } from "node:fs/promises";
import type { Clock } from "../bot/clock.ts";
import { type DiskLevel, type DiskRates, diskLevel } from "./disk-budget.ts";

/** What watching a disk needs. */
export interface DiskWatchOptions {
  /** Tells how many bytes are free. */
  free(): Promise<number>;
  /** Tells what each second takes now. */
  rates(): DiskRates;
  clock: Clock;
  /** Between two looks; the reserve for an orderly end covers half a minute in all. */
  intervalMs: number;
  signal: AbortSignal;
}

/** What has become of a disk. */
export interface DiskChange {
  level: Exclude<DiskLevel, "enough">;
  freeBytes: number;
}

/**
 * Reports when a disk gets scarce and when it gets full, once each; ends after the latter, or on abort.
 * What is given up frees space, but nothing that was given up comes back: a level is never taken back.
 */
export async function* watchDisk(options: DiskWatchOptions): AsyncGenerator<DiskChange> {
  const { free, rates, clock, intervalMs, signal } = options;
  let isScarce = false;
  while (!signal.aborted) {
    const freeBytes = await free();
    const level = diskLevel(freeBytes, rates());
    if (level === "full" || (level === "scarce" && !isScarce)) yield { level, freeBytes };
    if (level === "full") return;
    isScarce ||= level === "scarce";
    await clock.sleep(intervalMs, signal);
  }
}

/** The bytes that an ordinary user may still write to the disk that holds `folder`. */
export async function freeBytesAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
