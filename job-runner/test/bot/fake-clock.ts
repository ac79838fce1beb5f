import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../src/bot/clock.ts";

/** A clock whose waiting takes no time; what is to happen meanwhile is written down before. */
export class FakeClock implements Clock {
  #now = 0;
  #events: { at: number; happen: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  /** Lets something happen once that time is reached in somebody's sleep. */
  at(instant: number, happen: () => void): void {
    this.#events.push({ at: instant, happen });
    this.#events.sort((a, b) => a.at - b.at);
  }

  /** Lets time pass that nobody sees pass. */
  freeze(durationMs: number): void {
    this.#now += durationMs;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    const until = this.#now + durationMs;
    while (!signal?.aborted) {
      const event = this.#events[0];
      if (!event || event.at > until) break;
      this.#events.shift();
      this.#now = Math.max(this.#now, event.at);
      event.happen();
    }
    if (!signal?.aborted) this.#now = Math.max(this.#now, until);
    await setImmediate();
  }
}
