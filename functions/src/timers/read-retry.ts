import { type Instant, isTimestamp } from "@meeting-bot/core";

/** When the next attempt is due, if an entry of the history tells of one that has failed. */
export function readRetry(entry: Readonly<Record<string, unknown>> = {}): Instant | undefined {
  const { what, error, wake_at: wakeAt } = entry;
  const isRetry = what === "queued" && error !== undefined;
  return isRetry && isTimestamp(wakeAt) ? wakeAt.toMillis() : undefined;
}
