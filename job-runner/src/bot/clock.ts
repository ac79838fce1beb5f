import { setTimeout as delay } from "node:timers/promises";
import type { Instant } from "@meeting-bot/core";

/** Time, as whoever waits sees it; tests bring one whose waiting takes no time. */
export interface Clock {
  now(): Instant;
  /** Waits so long, or until `signal` is aborted: that ends the wait, it is no error. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (durationMs, signal) => {
    try {
      await delay(durationMs, undefined, { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};
