import { EARLY_MS } from "../bot-instance/transitions/claim.ts";
import { DAY, type Instant, SECOND } from "../time.ts";
import { DELIVERY_DAYS, type DeliveryAttempt, type WebhookDelivery } from "./delivery.ts";
import { retryAt } from "./retry.ts";

/** The fields that a transition changes; a field that is present and `undefined` is removed. */
export type DeliveryPatch = Partial<WebhookDelivery>;

/** Why a transition of a delivery refused. */
export type DeliveryRefusal = "not-found" | "ended" | "not-due" | "superseded";

/** What a transition decided. An empty patch is success without a change. */
export type DeliveryDecision =
  | { ok: true; patch: DeliveryPatch }
  | { ok: false; reason: DeliveryRefusal };

/**
 * What the endpoint made of an attempt. `gone` is the answer 410. `unreachable` means that no answer
 * came; `undeliverable` that none can: the endpoint was removed or disabled, nothing was sent.
 */
export type AttemptResult =
  | { kind: "accepted"; statusCode: number }
  | { kind: "gone" }
  | { kind: "refused"; statusCode: number; retryAfterSeconds?: number }
  | { kind: "unreachable"; problem: string }
  | { kind: "undeliverable"; problem: string };

/** The end of an attempt. */
export interface SettleEvent {
  /** The token that the attempt was begun with. */
  token: string;
  result: AttemptResult;
  durationMs: number;
  /** In [0, 1): spreads the next attempt. */
  random: number;
}

/** How long an attempt has before another one may begin: longer than any time-out of a request. */
export const ATTEMPT_LEASE_SECONDS = 60;
/** Enough for all attempts of a schedule and some that were asked for. */
const REMEMBERED_ATTEMPTS = 12;
const MAX_PROBLEM_CHARACTERS = 500;

/** Gives a delivery that is due to the holder of `token`, who makes one attempt, once. */
export function beginAttempt(
  delivery: WebhookDelivery,
  token: string,
  now: Instant,
): DeliveryDecision {
  const { status, claimToken, claimExpiresAt, wakeAt = now, attempt } = delivery;
  if (status !== "pending") return refuse("ended");
  if (claimToken === token && claimExpiresAt !== undefined) return ALREADY_MINE;
  if (wakeAt > now + EARLY_MS) return refuse("not-due");
  const leasedUntil = now + ATTEMPT_LEASE_SECONDS * SECOND;
  const lease = { claimToken: token, claimExpiresAt: leasedUntil, wakeAt: leasedUntil };
  return { ok: true, patch: { ...lease, attempt: attempt + 1 } };
}

/**
 * Notes what came of an attempt: `delivered`, due again by the schedule of retries, or `failed`.
 * Whoever settles a result of kind `gone` has to disable the endpoint, too.
 */
export function settleAttempt(
  delivery: WebhookDelivery,
  event: SettleEvent,
  now: Instant,
): DeliveryDecision {
  const { token, result, random } = event;
  if (delivery.claimToken !== token) return refuse("superseded");
  if (delivery.claimExpiresAt === undefined) return ALREADY_MINE;
  const attempts = [...delivery.attempts, attemptOf(event, now)].slice(-REMEMBERED_ATTEMPTS);
  const settled = { attempts, claimExpiresAt: undefined };
  if (result.kind === "accepted") return end(settled, "delivered", now);
  const isFinal = result.kind === "gone" || result.kind === "undeliverable";
  const wakeAt = isFinal ? undefined : retryAt(delivery.attempt, result, now, random);
  if (wakeAt === undefined) return end(settled, "failed", now);
  return { ok: true, patch: { ...settled, wakeAt } };
}

/** Has a delivery sent again, at once and by a new schedule, unless an attempt is being made right now. */
export function resend({ claimExpiresAt }: WebhookDelivery, now: Instant): DeliveryDecision {
  if (claimExpiresAt !== undefined && claimExpiresAt > now) return ALREADY_MINE;
  const patch: DeliveryPatch = {
    status: "pending",
    attempt: 0,
    wakeAt: now,
    claimToken: undefined,
    claimExpiresAt: undefined,
    endedAt: undefined,
    expiresAt: now + DELIVERY_DAYS * DAY,
  };
  return { ok: true, patch };
}

const ALREADY_MINE: DeliveryDecision = { ok: true, patch: {} };

function refuse(reason: DeliveryRefusal): DeliveryDecision {
  return { ok: false, reason };
}

function end(
  settled: DeliveryPatch,
  status: "delivered" | "failed",
  now: Instant,
): DeliveryDecision {
  return { ok: true, patch: { ...settled, status, wakeAt: undefined, endedAt: now } };
}

function attemptOf({ result, durationMs }: SettleEvent, now: Instant): DeliveryAttempt {
  const statusCode = statusCodeOf(result);
  const problem = problemOf(result, statusCode);
  return {
    at: now,
    durationMs,
    ...(statusCode !== undefined && { statusCode }),
    ...(problem !== undefined && {
      problem: problem.slice(0, MAX_PROBLEM_CHARACTERS).toWellFormed(),
    }),
  };
}

function statusCodeOf(result: AttemptResult): number | undefined {
  if (result.kind === "gone") return 410;
  return "statusCode" in result ? result.statusCode : undefined;
}

function problemOf(result: AttemptResult, statusCode: number | undefined): string | undefined {
  if ("problem" in result) return result.problem;
  return result.kind === "accepted" ? undefined : `The endpoint answered ${statusCode}.`;
}
