/** The time and the one way to wait for it; tests bring their own and never wait. */
export interface Timers {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once, `ms` from now; the returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
}

/** `setTimeout` takes at most 2³¹−1 ms (24.8 days); a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's clock. A wait longer than 24 days is cut short: its callback has to look again. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};
