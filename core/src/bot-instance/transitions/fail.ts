import { type Failure, failure } from "../../errors.ts";
import { type Instant, MINUTE } from "../../time.ts";
import { type BotInstance, hasStored } from "../bot-instance.ts";
import { endReasonAfter } from "../end-reason.ts";
import { backOffMs, joinableUntil, type LeaseRules, mendingPauseMs } from "../lease.ts";
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
  const counts = countsAfter(instance, event.failure, at.now);
  const change = endOrRetry(instance, counts, event, at);
  if (!hasStored(instance)) return { ...counts, ...change };
  if (change.status === "queued") {
    // Another bot would come to a meeting that has been recorded to its end.
    return { ...counts, ...change, ...(isRecorded(instance) && { finishOnly: true }) };
  }
  const error = { ...event.failure, at: at.now };
  const { endReason = endReasonAfter(instance, event.failure) } = instance;
  return { ...counts, ...requeued(at.now, at.now), finishOnly: true, endReason, error };
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

/** What an instance counts, after a failure. */
type Counts = Pick<BotInstance, "attempt" | "launchFailures" | "lobbyTimeouts" | "firstRefusedAt">;

/**
 * An attempt is given back when no bot was sent, or nobody let it in: both have counters of their own.
 * Not the only one, when it has stored something: of no attempts nothing could be finished.
 */
function countsAfter(instance: BotInstance, failure: Failure, now: Instant): Counts {
  const { attempt, launchFailures, lobbyTimeouts = 0, firstRefusedAt = now } = instance;
  const givenBack = Math.max(hasStored(instance) ? 1 : 0, attempt - 1);
  switch (failure.code) {
    case "LAUNCH_FAILED":
      return {
        attempt: givenBack,
        launchFailures: launchFailures + 1,
        ...(failure.needsOperator && { firstRefusedAt }),
      };
    case "LOBBY_TIMEOUT":
      return { attempt: givenBack, launchFailures, lobbyTimeouts: lobbyTimeouts + 1 };
    default:
      return { attempt, launchFailures };
  }
}

function endOrRetry(
  instance: BotInstance,
  counts: Counts,
  { failure, random }: Pick<FailEvent, "failure" | "random">,
  { now, rules }: Surroundings,
): Patch {
  if (instance.cancelRequestedAt !== undefined) return { ...ended(now), status: "cancelled" };
  if (isFinal(failure, counts, rules) || counts.attempt >= instance.maxAttempts) {
    return endedBy(failure, now);
  }
  const until = joinableUntil(instance, rules);
  const wakeAt = nextTryAt(failure, counts, random, until, { now, rules });
  if (wakeAt <= until) {
    const error = { ...failure, at: now };
    return { ...requeued(wakeAt, now), ...(!isRecorded(instance) && withoutEnd(instance)), error };
  }
  const isLeftOutside = failure.code === "LOBBY_TIMEOUT" && instance.succeededBy === undefined;
  return endedBy(isLeftOutside ? failure : missed(instance, failure), now);
}

/** Managers of the version before call a lobby's time-out final. */
function isFinal(
  { code, retryable }: Failure,
  { lobbyTimeouts = 0 }: Counts,
  rules: LeaseRules,
): boolean {
  if (code === "LAUNCH_FAILED") return false;
  return code === "LOBBY_TIMEOUT" ? lobbyTimeouts > rules.maxLobbyTimeouts : !retryable;
}

/** When to try again; after `until`, when that is too late. */
function nextTryAt(
  { code, needsOperator }: Failure,
  { attempt, launchFailures, firstRefusedAt = 0 }: Counts,
  random: number,
  until: Instant,
  { now, rules }: Surroundings,
): Instant {
  switch (code) {
    case "LAUNCH_FAILED": {
      if (!needsOperator) return now + backOffMs(launchFailures, random, rules);
      const wakeAt = now + mendingPauseMs(now - firstRefusedAt, random);
      return wakeAt <= until ? wakeAt : lastTryAt(now, until);
    }
    case "LOBBY_TIMEOUT":
      // Each wait in the lobby is minutes long already.
      return now + backOffMs(1, random, rules);
    default:
      return now + backOffMs(attempt, random, rules);
  }
}

/** So long before the meeting is over a launch is tried for the last time. */
const LAST_TRY_MS = MINUTE;

/** A last try, where the pause would end after the meeting; after `until` when this one was the last. */
function lastTryAt(now: Instant, until: Instant): Instant {
  const lastAt = until - LAST_TRY_MS;
  return lastAt > now ? lastAt : Number.POSITIVE_INFINITY;
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
export function missed({ succeededBy }: Pick<BotInstance, "succeededBy">, last?: Failure): Failure {
  const over = succeededBy === undefined ? "was over" : "had given way to the next one in its room";
  const message = last
    ? `The meeting ${over} before another attempt could be made. The last one: ${last.message}`
    : `The meeting ${over} before a bot could be sent to it.`;
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
