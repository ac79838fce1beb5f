import { type Failure, failure } from "../../errors.ts";
import type { Instant } from "../../time.ts";
import type { BotInstance } from "../bot-instance.ts";
import { backOffMs, meetingOverAt } from "../lease.ts";
import {
  ALREADY_MINE,
  accept,
  type Decision,
  holds,
  type Patch,
  refuse,
  type Surroundings,
} from "../transition.ts";
import { ended } from "./ended.ts";

/** An attempt has failed. */
export interface FailEvent {
  token: string;
  /** Absent while nobody has started: the launch itself failed. */
  runnerId?: string;
  failure: Failure;
  /** In [0, 1): spreads the back-off. */
  random: number;
}

/** Ends an attempt: back to `queued` after a pause when another one may succeed, else `failed`. */
export function fail(
  instance: BotInstance,
  event: FailEvent,
  surroundings: Surroundings,
): Decision {
  if (isOwnEarlierWrite(instance, event)) return ALREADY_MINE;
  if (!holds(instance, event)) return refuse("superseded");
  return accept(endAttempt(instance, event, surroundings));
}

/**
 * The change that ends an attempt. An attempt whose launch failed is given back, since no bot was
 * sent; its back-off has an exponent of its own, and the meeting's end is its bound.
 */
export function endAttempt(
  instance: BotInstance,
  { failure, random }: Pick<FailEvent, "failure" | "random">,
  { now, rules }: Surroundings,
): Patch {
  const error = { ...failure, at: now };
  const refund = failure.stage === "launch";
  const counts = refund
    ? { attempt: instance.attempt - 1, launchFailures: instance.launchFailures + 1 }
    : { attempt: instance.attempt, launchFailures: instance.launchFailures };
  const final = { ...counts, ...ended(now) };
  if (instance.cancelRequestedAt !== undefined) return { ...final, status: "cancelled" };
  if (!failure.retryable || counts.attempt >= instance.maxAttempts) {
    return { ...final, status: "failed", error };
  }
  const wakeAt = now + backOffMs(refund ? counts.launchFailures : counts.attempt, random, rules);
  if (wakeAt > meetingOverAt(instance, rules)) {
    return { ...final, status: "failed", error: { ...missed(failure), at: now } };
  }
  return { ...counts, ...requeued(wakeAt, now), error };
}

function requeued(wakeAt: Instant, now: Instant): Patch {
  return { status: "queued", phase: undefined, claimExpiresAt: undefined, wakeAt, updatedAt: now };
}

function missed(last: Failure): Failure {
  const message = `The meeting was over before another attempt could be made. The last one: ${last.message}`;
  return failure("MISSED", last.stage, message);
}

/** The token outlives its claim for this: a transaction that is run again meets its own commit. */
function isOwnEarlierWrite(instance: BotInstance, { token, runnerId }: FailEvent): boolean {
  return (
    instance.status !== "processing" &&
    instance.status !== "done" &&
    instance.claimToken === token &&
    instance.runnerId === runnerId
  );
}
