import { DAY, HOUR, type Instant, MINUTE, SECOND } from "../time.ts";
import type { AttemptResult } from "./attempt.ts";

/**
 * The pauses after the first attempt, which is made at once, and after those that follow.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * ("Deliverability and reliability"), as is what each status code means.
 */
const PAUSES_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** Whoever is not reached by so many attempts is given up. */
export const MAX_DELIVERY_ATTEMPTS = PAUSES_MS.length + 1;

/** Too many requests, or a server behind which none has time. */
const OVERLOADED: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const LONGEST_RETRY_AFTER_MS = DAY;
/** A pause is lengthened by up to so much of itself: those who failed together do not return together. */
const JITTER = 0.2;

/**
 * When to make the attempt after number `attempt` (1 is the first); undefined when that was the last.
 * Who is overloaded is given the time that the answer asks for, a day at most and never less than the
 * schedule's, or else twice the schedule's. `random` is in [0, 1).
 */
export function retryAt(
  attempt: number,
  result: AttemptResult,
  now: Instant,
  random: number,
): Instant | undefined {
  const pauseMs = PAUSES_MS[attempt - 1];
  if (pauseMs === undefined) return undefined;
  return Math.round(now + slowed(pauseMs, result) * (1 + JITTER * random));
}

function slowed(pauseMs: number, result: AttemptResult): number {
  if (result.kind !== "refused" || !OVERLOADED.has(result.statusCode)) return pauseMs;
  const { retryAfterSeconds } = result;
  if (retryAfterSeconds === undefined) return 2 * pauseMs;
  return Math.max(pauseMs, Math.min(retryAfterSeconds * SECOND, LONGEST_RETRY_AFTER_MS));
}
