import { type Failure, failure, launchFailure } from "../../errors.ts";
import { HOUR, MINUTE, SECOND } from "../../time.ts";
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
  /** Whether no other launch succeeds until an operator has mended something. */
  needsOperator: boolean;
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
  const isLost = isGivenUp(instance, at);
  if (verdict.state === "unreachable" && !isLost) return refuse("could-not-ask");
  if (verdict.state === "running" && !isLost) {
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

/** So long after its last token can be valid an execution is given up that cannot be asked about, or does not end. */
const GIVE_UP_MS = HOUR;

function isGivenUp({ claimedAt, updatedAt }: BotInstance, { now, rules }: Surroundings): boolean {
  return now - (claimedAt ?? updatedAt) >= rules.jobTimeoutMinutes * MINUTE + GIVE_UP_MS;
}

function explain(instance: BotInstance, verdict: Verdict): Failure {
  const hasStarted = instance.runnerId !== undefined;
  if (!hasStarted && verdict.state === "not-found") return launchFailure(UNANSWERED);
  if (!hasStarted && verdict.state === "ended" && verdict.neverRan) {
    return explainNoStart(verdict.reason, verdict.neverRan);
  }
  const stage = hasStarted ? "recording" : "join";
  const what = hasStarted
    ? "The job that ran the bot ended without a word"
    : "The job that should run the bot never started its work";
  switch (verdict.state) {
    case "not-found":
      return failure("LEASE_EXPIRED", stage, `${what}; the platform does not know it.`);
    case "running":
      return failure("LEASE_EXPIRED", stage, STUCK);
    case "unreachable":
      return {
        ...failure("LEASE_EXPIRED", stage, `${LOST}: ${verdict.reason}`),
        platformReason: verdict.reason,
      };
    case "ended":
      return {
        ...failure("LEASE_EXPIRED", stage, `${what}; the platform says: ${verdict.reason}`),
        platformReason: verdict.reason,
      };
  }
}

const UNANSWERED =
  "No bot was sent: the launch was never made, or the platform has not answered it and does not know its job.";
const STUCK =
  "The job that ran the bot was given up: long after its time-out the platform still calls it running.";
const LOST = "The job that ran the bot was given up: the platform could not be asked about it";

/** As a refused launch: no bot was sent, so the attempt is given back. */
function explainNoStart(platformReason: string, { needsOperator }: NeverRan): Failure {
  const message = `The platform could not start the job: ${platformReason}`;
  return launchFailure(message, { needsOperator, platformReason });
}
