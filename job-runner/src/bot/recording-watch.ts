import type { Instant } from "@meeting-bot/core";
import type { BotIdentity } from "./bot-identity.ts";
import type { Clock } from "./clock.ts";
import { findRecordings, type RecordingFile } from "./recording-files.ts";

/** The recording that is followed, as it was last seen; never empty. */
export interface RecordingState extends RecordingFile {
  firstSeenAt: Instant;
  /** When its size was last seen to change. */
  grewAt: Instant;
}

/** A change of the recording; `settled` once it has kept its size so long that it must be over. */
export interface RecordingChange {
  kind: "appeared" | "grew" | "settled";
  recording: RecordingState;
}

/** Tells the recording as it is now; undefined while there is none. */
export type LookAtRecording = () => Promise<RecordingState | undefined>;

/** What following a recording needs. */
export interface WatchOptions {
  look: LookAtRecording;
  clock: Clock;
  intervalMs: number;
  /** How long a size must stand still; longer than the bot's 2 s between two writes. */
  settleMs: number;
  signal?: AbortSignal;
}

/**
 * Judges what is seen at one look. A recording is kept to while it is there, so that its late copy
 * to the documented path is not taken for another; when it has gone, the next best goes on for it.
 */
export function follow(
  previous: RecordingState | undefined,
  files: readonly RecordingFile[],
  now: Instant,
): RecordingState | undefined {
  const filled = files.filter(({ bytes }) => bytes > 0);
  const file = filled.find(({ path }) => path === previous?.path) ?? filled[0];
  if (!file) return previous;
  if (file.bytes === previous?.bytes) return { ...previous, ...file };
  return { ...file, firstSeenAt: previous?.firstSeenAt ?? now, grewAt: now };
}

/** Makes a look at the bot's recording under `root` that remembers the last one. */
export function lookUnder(root: string, identity: BotIdentity, clock: Clock): LookAtRecording {
  let state: RecordingState | undefined;
  return async () => {
    state = follow(state, await findRecordings(root, identity), clock.now());
    return state;
  };
}

/** Reports what becomes of the recording until it has settled, once each; ends early on abort. */
export async function* watchRecording(options: WatchOptions): AsyncGenerator<RecordingChange> {
  const { look, clock, intervalMs, settleMs, signal } = options;
  let last: RecordingState | undefined;
  while (!signal?.aborted) {
    const recording = await look();
    if (recording && recording.grewAt !== last?.grewAt) {
      yield { kind: last ? "grew" : "appeared", recording };
    } else if (recording && isSettled(recording, clock.now(), settleMs)) {
      yield { kind: "settled", recording };
      return;
    }
    last = recording;
    await clock.sleep(intervalMs, signal);
  }
}

/** Whether a recording has kept its size for `settleMs`. */
export function isSettled(recording: RecordingState, now: Instant, settleMs: number): boolean {
  return now - recording.grewAt >= settleMs;
}
