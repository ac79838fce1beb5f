import { setTimeout as sleep } from "node:timers/promises";
import type { StorageError } from "@meeting-bot/core";

/** How often, and after which pauses, something is tried again. */
export interface RetryPolicy {
  /** Failures in a row before giving up. */
  tries: number;
  /** The pause after the first failure; doubles with each one. */
  firstDelayMs: number;
  maxDelayMs: number;
}

/** About a minute and a half in all: 0.5, 1, 2, 4, 8, 16, 30, 30 s, each ± 50 %. */
export const DEFAULT_RETRY: RetryPolicy = { tries: 9, firstDelayMs: 500, maxDelayMs: 30_000 };

/** The pause after `failures` failures in a row, spread by `random` in [0, 1) to ± 50 %. */
export function retryDelayMs(policy: RetryPolicy, failures: number, random: number): number {
  const delay = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (failures - 1));
  return delay * (0.5 + random);
}

/**
 * Counts failures and pauses between them. `failed` throws the error when it cannot be retried or
 * was one too many; `progressed` starts the count anew, so that a long transfer with rare faults
 * never uses it up.
 */
export class Retry {
  readonly #policy: RetryPolicy;
  readonly #signal: AbortSignal | undefined;
  #failures = 0;

  constructor(policy: RetryPolicy, signal?: AbortSignal) {
    this.#policy = policy;
    this.#signal = signal;
  }

  progressed(): void {
    this.#failures = 0;
  }

  async failed(error: StorageError): Promise<void> {
    this.#failures++;
    if (!error.retryable || this.#failures >= this.#policy.tries) throw error;
    const delayMs = retryDelayMs(this.#policy, this.#failures, Math.random());
    await sleep(delayMs, undefined, { signal: this.#signal });
  }
}

/**
 * Makes a request until it succeeds or the policy is exhausted; rejects with its last error, explained,
 * or with the signal's reason.
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  explain: (error: unknown) => StorageError,
  signal?: AbortSignal,
): Promise<T> {
  const retry = new Retry(policy, signal);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      const failure = explain(error);
      // No single request mends what has arrived damaged: all of it has to be sent again.
      if (failure.code === "corrupt") throw failure;
      await retry.failed(failure);
    }
  }
}
