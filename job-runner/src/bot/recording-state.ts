import type { Instant } from "@meeting-bot/core";
import type { RecordingFile } from "./recording-files.ts";

/** The recording that is followed, as it was last seen; never empty. */
export interface RecordingState extends RecordingFile {
  firstSeenAt: Instant;
  /** When its size was last seen to change. */
  grewAt: Instant;
}

/** Tells the recording as it is now; undefined while there is none. */
export type LookAtRecording = () => Promise<RecordingState | undefined>;

/** Whether a recording has kept its size for `settleMs`. */
export function isSettled(recording: RecordingState, now: Instant, settleMs: number): boolean {
  return now - recording.grewAt >= settleMs;
}
