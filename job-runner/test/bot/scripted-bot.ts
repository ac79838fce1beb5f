import { EventEmitter } from "node:events";
import type { BotCallbacks, CallbackEvents } from "../../src/bot/callback-listener.ts";
import type { BotCallback } from "../../src/bot/callbacks.ts";
import { monitorMeeting } from "../../src/bot/monitor.ts";
import type { RecordingState } from "../../src/bot/recording-state.ts";
import { FakeClock } from "./fake-clock.ts";

/** What a monitor is told where a test says nothing else. */
export const SETTINGS = {
  monitorIntervalMs: 10_000,
  maxConsecutiveFailures: 5,
  maxWaitMs: 3_600_000,
  settleMs: 3_000,
  reportedSettleMs: 500,
  stallMs: 45_000,
  waitingMs: 60_000,
  mayBeUnheard: false,
  wasSilent: false,
};

/** A bot whose course is written down before: what it answers, sends and records at which time. */
export class ScriptedBot {
  readonly clock = new FakeClock();
  readonly received: BotCallback[] = [];
  readonly events = new EventEmitter<CallbackEvents>();
  readonly askedAt: number[] = [];
  readonly told: [string, number][] = [];
  /** Whatever else it was told: that the bot waits, and silences with the time of the last byte. */
  readonly signs: [sign: "waiting" | number | null, at: number][] = [];
  readonly controller = new AbortController();
  /** What it answers; changed by the script. */
  answer: boolean | "unreachable" = true;
  /** When its recording grows, by a byte a millisecond. */
  recordsFrom = Number.POSITIVE_INFINITY;
  recordsUntil = Number.POSITIVE_INFINITY;
  #state: RecordingState | undefined;

  answers(at: number, answer: boolean | "unreachable"): this {
    this.clock.at(at, () => {
      this.answer = answer;
    });
    return this;
  }

  records(from: number, until: number): this {
    this.recordsFrom = from;
    this.recordsUntil = until;
    return this;
  }

  sends(at: number, callback: BotCallback): this {
    this.clock.at(at, () => {
      this.received.push(callback);
      this.events.emit("callback", callback);
    });
    return this;
  }

  monitor(settings: Partial<typeof SETTINGS> = {}) {
    return monitorMeeting({
      client: {
        isBusy: async () => {
          this.askedAt.push(this.clock.now());
          return this.answer;
        },
      },
      callbacks: this satisfies BotCallbacks,
      look: async () => this.#look(),
      settings: { ...SETTINGS, ...settings },
      clock: this.clock,
      signal: this.controller.signal,
      onWaiting: () => this.signs.push(["waiting", this.clock.now()]),
      onSilence: (lastByteAt) => this.signs.push([lastByteAt, this.clock.now()]),
      onRecording: () => this.told.push(["recording", this.clock.now()]),
      onProgress: ({ bytes }) => this.told.push([`${bytes} bytes`, this.clock.now()]),
    });
  }

  #look(): RecordingState | undefined {
    const now = this.clock.now();
    const bytes = Math.max(0, Math.min(now, this.recordsUntil) - this.recordsFrom);
    if (bytes > 0 && bytes !== this.#state?.bytes) {
      const { firstSeenAt = now } = this.#state ?? {};
      this.#state = { path: "/r", bytes, firstSeenAt, grewAt: now };
    }
    return this.#state;
  }
}
