import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 20;

/** Polls until a value is there; rejects when it is not within the time. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) {
      throw new Error(`What was waited for did not happen in ${withinMs / 1000} s.`);
    }
    await sleep(LOOK_MS);
  }
}

/** Polls until a condition holds; rejects when it does not within the time. */
export async function until(
  holds: () => Promise<boolean> | boolean,
  withinMs?: number,
): Promise<void> {
  await eventually(async () => (await holds()) || undefined, withinMs);
}
