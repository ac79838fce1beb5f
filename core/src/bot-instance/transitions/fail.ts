import { type Failure, failure } from "../../errors.ts";
import type { Instant } from "../../time.ts";
import { type BotInstance, hasStored } from "../bot-instance.ts";
import { endReasonAfter } from "../end-reason.ts";
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
import { ended, endedBy } from "./ended.ts";

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
 * The change that ends an attempt. When no other bot is to be sent, or the recording was over, and
 * something was stored, the next attempt, which does not count, makes the outputs of it.
 */
export function endAttempt(
  instance: BotInstance,
  event: Pick<FailEvent, "failure" | "random">,
  at: Surroundings,
): Patch {
  if (instance.finishOnly) return endFinishing(instance, event, at);
  const change = endOrRetry(instance, event, at);
  if (!hasStored(instance)) return change;
  if (change.status === "queued") {
    // Another bot would come to a meeting that has been recorded to its end.
    return isRecorded(instance) ? { ...change, finishOnly: true } : change;
  }
  const { attempt, launchFailures } = change;
  const error = { ...event.failure, at: at.now };
  const { endReason = endReasonAfter(instance, event.failure) } = instance;
  return {
    attempt,
    launchFailures,
    ...requeued(at.now, at.now),
    finishOnly: true,
    endReason,
    error,
  };
}

/** More than an hour with the default pauses: an outage of the storage or of the platform. */
const MAX_FINISH_FAILURES = 10;

/** What was recorded is there and is tried again for longer than a meeting would be, whoever wanted it cancelled. */
function endFinishing(
  { finishFailures = 0 }: BotInstance,
  { failure, random }: Pick<FailEvent, "failure" | "random">,
  { now, rules }: Surroundings,
): Patch {
  const failures = finishFailures + 1;
  if (!failure.retryable || failures >= MAX_FINISH_FAILURES) return endedBy(failure, now);
  const wakeAt = now + backOffMs(failures, random, rules);
  return {
    ...requeued(wakeAt, now),
    finishFailures: failures,
    error: { ...failure, at: now },
  };
}

/**
 * An attempt whose launch failed is given back, since no bot was sent; its back-off has an exponent
 * of its own, and the meeting's end is its bound.
 */
function endOrRetry(
  instance: BotInstance,
  { failure, random }: Pick<FailEvent, "failure" | "random">,
  { now, rules }: Surroundings,
): Patch {
  const refund = failure.stage === "launch";
  const counts = refund
    ? { attempt: instance.attempt - 1, launchFailures: instance.launchFailures + 1 }
    : { attempt: instance.attempt, launchFailures: instance.launchFailures };
  if (instance.cancelRequestedAt !== undefined) {
    return { ...counts, ...ended(now), status: "cancelled" };
  }
  if (!failure.retryable || counts.attempt >= instance.maxAttempts) {
    return { ...counts, ...endedBy(failure, now) };
  }
  const wakeAt = now + backOffMs(refund ? counts.launchFailures : counts.attempt, random, rules);
  if (wakeAt > meetingOverAt(instance, rules)) {
    return { ...counts, ...endedBy(missed(failure), now) };
  }
  return {
    ...counts,
    ...requeued(wakeAt, now),
    ...(!isRecorded(instance) && withoutEnd(instance)),
    error: { ...failure, at: now },
  };
}

/**
 * Whether the recording is stored to its end. That it does not grow, `recordingEndedAt`, is no end: a bot
 * that hangs is silent, too. Managers of the version before convert without having said why it ended.
 */
function isRecorded(instance: BotInstance): boolean {
  const { endReason, phase } = instance;
  const isOver = endReason !== undefined || phase === "converting" || phase === "uploading";
  return isOver && hasStored(instance);
}

/** Another bot is sent: what the last one has recorded is not the end. */
function withoutEnd({ recordingEndedAt, endReason }: BotInstance): Patch {
  return {
    ...(recordingEndedAt !== undefined && { recordingEndedAt: undefined }),
    ...(endReason !== undefined && { endReason: undefined, endedAt: undefined }),
  };
}

function requeued(wakeAt: Instant, now: Instant): Patch {
  return { status: "queued", phase: undefined, claimExpiresAt: undefined, wakeAt, updatedAt: now };
}

/** The meeting is over and no bot has recorded it; `last` is what came of the last attempt. */
export function missed(last?: Failure): Failure {
  const message = last
    ? `The meeting was over before another attempt could be made. The last one: ${last.message}`
    : "The meeting was over before a bot could be sent to it.";
  return failure("MISSED", last?.stage ?? "request", message);
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
