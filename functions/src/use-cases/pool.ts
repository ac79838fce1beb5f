import { setTimeout } from "node:timers/promises";

/** Works on all items, `size` of them at a time; `work` never rejects. */
export async function inPool<T>(
  size: number,
  items: AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  try {
    for await (const item of items) {
      const job = work(item).finally(() => running.delete(job));
      running.add(job);
      if (running.size >= size) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
}

/** Rejects when `work` takes too long. Nothing stops it: what it still changes must be fenced. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const isOver = new AbortController();
  try {
    return await Promise.race([work, failAfter(ms, isOver.signal)]);
  } finally {
    isOver.abort();
  }
}

async function failAfter(ms: number, isOver: AbortSignal): Promise<never> {
  await setTimeout(ms, undefined, { signal: isOver });
  throw new Error(`It took longer than ${ms} ms.`);
}
