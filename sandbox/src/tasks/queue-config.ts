/** A queue's limits, by the names that `onTaskDispatched` has for them. */
export interface QueueConfig {
  rateLimits: { maxConcurrentDispatches: number; maxDispatchesPerSecond: number };
  retryConfig: {
    /** Deliveries altogether, the first one counted. */
    maxAttempts: number;
    minBackoffSeconds: number;
    maxBackoffSeconds: number;
    maxDoublings: number;
  };
}

/** A queue's limits where they differ from the defaults. */
export type QueueOptions = { [Part in keyof QueueConfig]?: Partial<QueueConfig[Part]> };

/** What a queue of Cloud Functions has when its function sets nothing (firebase-tools' defaults). */
const DEFAULTS: QueueConfig = {
  rateLimits: { maxConcurrentDispatches: 1000, maxDispatchesPerSecond: 500 },
  retryConfig: {
    maxAttempts: 3,
    minBackoffSeconds: 0.1,
    maxBackoffSeconds: 3600,
    maxDoublings: 16,
  },
};

/** Fills what a queue's options leave out. */
export function queueConfig(options: QueueOptions): QueueConfig {
  return {
    rateLimits: { ...DEFAULTS.rateLimits, ...options.rateLimits },
    retryConfig: { ...DEFAULTS.retryConfig, ...options.retryConfig },
  };
}

/**
 * The wait after a task's `attempt`-th delivery failed (1 for the first), as Cloud Tasks has it: it
 * doubles `maxDoublings` times, then grows by as much each time, and stays at the maximum.
 */
export function backoffSeconds(attempt: number, retry: QueueConfig["retryConfig"]): number {
  const doublings = Math.min(attempt - 1, retry.maxDoublings);
  const steps = attempt - doublings;
  return Math.min(retry.minBackoffSeconds * 2 ** doublings * steps, retry.maxBackoffSeconds);
}
