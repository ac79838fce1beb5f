import { type Failure, failure } from "../../errors.ts";
import { MINUTE, SECOND } from "../../time.ts";
import type { BotInstance } from "../bot-instance.ts";
import { ALREADY_MINE, accept, type Decision, refuse, type Surroundings } from "../transition.ts";
import { endAttempt } from "./fail.ts";

/** What the platform says of an execution. */
export type Verdict =
  | { state: "running" }
  | { state: "ended"; reason: string; neverRan?: NeverRan }
  | { state: "not-found" }
  | { state: "unreachable"; reason: string };

/** The platform could not start a container of the execution: no bot was sent. */
export interface NeverRan {
  /** Whether another launch may succeed without anybody doing anything. */
  retryable: boolean;
}

/** The sweep has found an instance whose lease has run out, and has asked the platform about it. */
export interface ReclaimEvent {
  /** The claim that was asked about, if others left one: a newer one is left alone. */
  token: string | undefined;
  /** Fresh for every reclaim. Replaces the token, so that a repeated commit recognises its own write. */
  by: string;
  verdict: Verdict;
  random: number;
}

/**
 * Takes an instance back from a holder that is gone.
 * The lease alone is not enough: a bot that the platform calls running may be waiting in a lobby.
 * Refuses with `overdue` when the execution should be told to end first.
 */
export function reclaim(instance: BotInstance, event: ReclaimEvent, at: Surroundings): Decision {
  if (instance.claimToken === event.by) return ALREADY_MINE;
  if (instance.status !== "processing" || instance.claimToken !== event.token) {
    return refuse("superseded");
  }
  if (instance.wakeAt !== undefined && instance.wakeAt > at.now) return refuse("not-due");
  const { verdict, random } = event;
  if (verdict.state === "unreachable") return refuse("could-not-ask");
  if (verdict.state === "running") {
    return refuse(isSilent(instance, at) || isPastCap(instance, at) ? "overdue" : "still-running");
  }
  const change = endAttempt(instance, { failure: explain(instance, verdict), random }, at);
  return accept({ ...change, claimToken: event.by });
}

/** Too long without a word; who was not heard of since a cancel is not waited for. */
function isSilent(instance: BotInstance, { now, rules }: Surroundings): boolean {
  const heardAt = instance.heartbeatAt ?? instance.claimedAt ?? instance.updatedAt;
  // A manager that knows of the cancel may be storing what it has recorded.
  if (instance.cancelRequestedAt !== undefined && heardAt <= instance.cancelRequestedAt)
    return true;
  return now - heardAt >= rules.heartbeatLostSeconds * SECOND;
}

/** The platform ends a job by itself at its time-out: one that it still calls running then has outlived that. */
function isPastCap({ claimedAt }: BotInstance, { now, rules }: Surroundings): boolean {
  return claimedAt !== undefined && now - claimedAt >= rules.jobTimeoutMinutes * MINUTE;
}

function explain(instance: BotInstance, verdict: Verdict): Failure {
  const hasStarted = instance.runnerId !== undefined;
  if (verdict.state === "ended" && verdict.neverRan && !hasStarted) {
    return explainNoStart(verdict.reason, verdict.neverRan);
  }
  const stage = hasStarted ? "recording" : "join";
  const what = hasStarted
    ? "The job that ran the bot ended without a word"
    : "The job that should run the bot never started its work";
  if (verdict.state !== "ended") {
    return failure("LEASE_EXPIRED", stage, `${what}; the platform does not know it.`);
  }
  return {
    ...failure("LEASE_EXPIRED", stage, `${what}; the platform says: ${verdict.reason}`),
    platformReason: verdict.reason,
  };
}

/** As a refused launch: no bot was sent, so the attempt is given back. */
function explainNoStart(platformReason: string, { retryable }: NeverRan): Failure {
  const message = `The platform could not start the job: ${platformReason}`;
  return { ...failure("LAUNCH_FAILED", "launch", message), retryable, platformReason };
}
