import type { Timers } from "../../src/tasks/timers.ts";

/** Timers that stand still until a test moves them on. */
export class ManualTimers implements Timers {
  #now: number;
  readonly #waiting = new Set<{ dueAt: number; callback: () => void }>();

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { dueAt: this.#now + ms, callback };
    this.#waiting.add(timer);
    return () => this.#waiting.delete(timer);
  }

  /** Moves the time on and calls back, in order, whatever falls due on the way. */
  advance(ms: number): void {
    const until = this.#now + ms;
    const next = () =>
      [...this.#waiting].filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)[0];
    for (let timer = next(); timer; timer = next()) {
      this.#waiting.delete(timer);
      this.#now = timer.dueAt;
      timer.callback();
    }
    this.#now = until;
  }
}
