import type { ErrorCode } from "../errors.ts";

/**
 * Why a recording ended, and what shows it:
 * - `ended`: the bot reported that it was through, or ended while nobody listened. It left by itself or was
 *   removed, the host closed the meeting, everybody else had left, or it met a limit of its own: it does
 *   not tell these apart.
 * - `cancelled`: somebody asked for that; the bot was told to leave.
 * - `handed-over`: the next meeting in the room began and the bot of that one records; this one was told to leave.
 * - `time-limit`: the manager's own time for the meeting was up.
 * - `disk-full`: the scratch disk could take no more.
 * - `bot-lost`: the bot stopped answering, stopped recording or ended without a word, or did not get back
 *   into the meeting; the meeting may have gone on without it.
 * - `platform-ended`: the manager's execution was ended, or was lost without a word, in mid-recording.
 */
export const END_REASONS = [
  "ended",
  "cancelled",
  "handed-over",
  "time-limit",
  "disk-full",
  "bot-lost",
  "platform-ended",
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** Why a recording ended whose last attempt failed, and that no other bot goes on with. */
export function endReasonAfter(
  instance: { cancelRequestedAt?: unknown },
  { code }: { code: ErrorCode },
): EndReason {
  if (instance.cancelRequestedAt !== undefined) return "cancelled";
  return code === "LEASE_EXPIRED" ? "platform-ended" : "bot-lost";
}
