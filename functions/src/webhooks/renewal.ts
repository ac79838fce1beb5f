import { type Instant, SECOND } from "@meeting-bot/core";

/** How long a due delivery is left to its own task. */
export const PATIENCE_MS = 30 * SECOND;

/**
 * The due time of the task that a late delivery is to get: it differs from those before at 1, 2, 4,
 * 8… times the patience. So a task that was lost is replaced soon, while one that waits in a full
 * queue is not joined by another every minute.
 */
export function renewalOf(wakeAt: Instant, now: Instant): Instant {
  const turns = Math.max(1, (now - wakeAt) / PATIENCE_MS);
  return wakeAt + PATIENCE_MS * 2 ** Math.floor(Math.log2(turns));
}
