import { StorageError } from "@meeting-bot/core";

/** Aborts a transfer that makes no progress; `stop` it in any case, its timer keeps the process alive. */
export class StallWatch {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  /** @param timeoutMs how long nothing may happen between two calls of `refresh` */
  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => {
      const message = `The storage made no progress for ${timeoutMs / 1000} s.`;
      this.#controller.abort(new StorageError("unavailable", message));
    }, timeoutMs);
  }

  /** Aborted, with a `StorageError` as its reason, once the transfer has stalled. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Says that something has moved. */
  readonly refresh = (): void => {
    this.#timer.refresh();
  };

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Waits for a request that reports no progress, `timeoutMs` at most; then rejects with a `StorageError`. */
export async function withTimeout<T>(request: Promise<T>, timeoutMs: number): Promise<T> {
  const watch = new StallWatch(timeoutMs);
  const stalled = new Promise<never>((_, reject) => {
    watch.signal.addEventListener("abort", () => reject(watch.signal.reason));
  });
  try {
    return await Promise.race([request, stalled]);
  } finally {
    watch.stop();
  }
}
