/** How much a part may hold, and how old its first byte may get. */
export interface PartLimits {
  bytes: number;
  ageMs: number;
}

/** What of a recording is in no part yet. */
export interface Uncut {
  startByte: number;
  /** When its first byte was seen. */
  startedAt: number;
  /** How many bytes the recording has. */
  length: number;
}

/**
 * Half of what a dead execution may lose (15 s or 8 MiB), and a little more of the time: while a part
 * is on its way the next one fills.
 */
export const PART_LIMITS: PartLimits = { bytes: 4 * 1024 * 1024, ageMs: 10_000 };

/** Returns where the next part ends, or undefined when it must wait; `isLast`: there is no more to wait for. */
export function nextCut(
  { startByte, startedAt, length }: Uncut,
  limits: PartLimits,
  now: number,
  isLast: boolean,
): number | undefined {
  if (length - startByte >= limits.bytes) return startByte + limits.bytes;
  const isDue = isLast || now - startedAt >= limits.ageMs;
  return isDue && length > startByte ? length : undefined;
}
