import { type AttemptResult, type Instant, SECOND } from "@meeting-bot/core";
import type { PostOutcome } from "./post.ts";

/** 410: nothing is to be sent there any more. */
const GONE = 410;

/** What an endpoint's answer means. Whatever is neither a success nor 410 is to be tried again, a redirect too. */
export function attemptResult(outcome: PostOutcome, now: Instant): AttemptResult {
  if (outcome.kind === "unreachable") return outcome;
  const { statusCode, retryAfter } = outcome;
  if (statusCode >= 200 && statusCode < 300) return { kind: "accepted", statusCode };
  if (statusCode === GONE) return { kind: "gone" };
  const retryAfterSeconds = parseRetryAfter(retryAfter, now);
  return {
    kind: "refused",
    statusCode,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

/** Reads `Retry-After`, seconds or a date (RFC 9110, 10.2.3); undefined for what is neither. */
export function parseRetryAfter(value = "", now: Instant): number | undefined {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / SECOND));
}
