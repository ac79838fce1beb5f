import { type Instant, SECOND } from "@meeting-bot/core";
import type { RecordingState } from "./recording-state.ts";

/** The bot writes every two seconds; told within ten, looks and the telling included. */
const SILENCE_MS = 8 * SECOND;

/** Tells, once each time, that a recording has stopped growing, and that it grows again. */
export class SilenceWatch {
  readonly #onSilence: (lastByteAt: Instant | null) => void;
  #isTold: boolean;
  #grewAt: Instant | undefined;

  /** `isTold`: a process before this one has told of a silence. `onSilence` is given `null` at its end. */
  constructor(isTold: boolean, onSilence: (lastByteAt: Instant | null) => void) {
    this.#isTold = isTold;
    this.#onSilence = onSilence;
  }

  /** Notes a recording that has not grown for `silentMs` of watching. */
  note({ grewAt }: RecordingState, silentMs: number): void {
    // What a process before this one has seen grow is no growth when it is seen first.
    const hasGrown = this.#grewAt !== undefined && this.#grewAt !== grewAt;
    this.#grewAt = grewAt;
    const isNews = this.#isTold ? hasGrown : silentMs >= SILENCE_MS;
    if (!isNews) return;
    this.#isTold = !this.#isTold;
    this.#onSilence(this.#isTold ? grewAt : null);
  }
}
