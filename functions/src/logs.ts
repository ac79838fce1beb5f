import {
  type BotInstance,
  type Execution,
  type Failure,
  LOG_LEVELS,
  type LogLevel,
  type Refusal,
  type RunningExecution,
  type ServeOutcome,
  type Status,
  type Verdict,
} from "@meeting-bot/core";
import * as logger from "firebase-functions/logger";
import { readLogLevel } from "./config.ts";

const debug = atLevel("DEBUG", logger.debug);
const info = atLevel("INFO", logger.info);
const warn = atLevel("WARNING", logger.warn);
const error = atLevel("ERROR", logger.error);

/** A meeting was looked at and has, or shares, a bot now. */
export function meetingServed(meetingPath: string, outcome: ServeOutcome): void {
  if (outcome.kind === "ignored") {
    debug("meeting ignored", { meetingPath, reason: outcome.reason });
    return;
  }
  const { id, status, attempt } = outcome.instance;
  info(`meeting ${outcome.kind}`, { botInstanceId: id, meetingPath, status, attempt });
}

/** A claim was tried in vain: somebody else was faster, or there is nothing to do. */
export function claimRefused(botInstanceId: string, reason: Refusal): void {
  debug("claim refused", { botInstanceId, reason });
}

/** The platform has accepted a launch. */
export function botLaunched({ id, attempt }: BotInstance, { name }: Execution): void {
  info("bot launched", { botInstanceId: id, attempt, execution: name });
}

/** The platform has refused a launch. */
export function launchRefused(
  { id, attempt }: BotInstance,
  { code, message, retryable }: Failure,
): void {
  error("launch refused", { botInstanceId: id, attempt, code, reason: message, retryable });
}

/** Nobody knows whether a launch happened; the lease will tell. */
export function launchUnknown({ id, attempt }: BotInstance, reason: string): void {
  warn("launch with unknown outcome", { botInstanceId: id, attempt, reason });
}

/** An instance has no timer: the sweep will launch it. */
export function timerNotSet(botInstanceId: string, cause: unknown): void {
  warn("timer not set", { botInstanceId, reason: String(cause) });
}

/** A task names no instance. */
export function launchTaskDropped(): void {
  error("launch task dropped", { reason: "it names no bot instance" });
}

/** An instance was taken back from a holder that is gone. */
export function instanceReclaimed({ id, status, attempt, error: why }: BotInstance): void {
  warn("bot instance reclaimed", {
    botInstanceId: id,
    status,
    attempt,
    code: why?.code,
    reason: why?.message,
  });
}

/** An instance with an expired lease was left alone. */
export function reclaimRefused(
  { id, attempt }: BotInstance,
  reason: Refusal,
  verdict: Verdict,
): void {
  const platformReason = "reason" in verdict ? verdict.reason : undefined;
  info("bot instance not reclaimed", { botInstanceId: id, attempt, reason, platformReason });
}

/** An execution that has been silent for too long was told to end. */
export function executionEnded({ id, attempt }: BotInstance, { name }: Execution): void {
  warn("silent execution told to end", { botInstanceId: id, attempt, execution: name });
}

/** One instance could not be looked at; the next sweep tries again. */
export function sweepFailed({ id }: BotInstance, cause: unknown): void {
  error("sweep failed for a bot instance", { botInstanceId: id, reason: String(cause) });
}

/** An execution that works for nobody was told to end; `status` is its instance's, if there is one. */
export function strayEnded(
  { execution, instanceId }: RunningExecution,
  status: Status | undefined,
): void {
  warn("stray execution told to end", {
    botInstanceId: instanceId,
    status: status ?? "missing",
    execution: execution.name,
  });
}

/** An execution that works for nobody could not be ended; it is met again the next time. */
export function strayNotEnded({ execution, instanceId }: RunningExecution, cause: unknown): void {
  error("stray execution not ended", {
    botInstanceId: instanceId,
    execution: execution.name,
    reason: String(cause),
  });
}

/** The platform did not tell what is running. */
export function reconcileFailed(cause: unknown): void {
  error("reconcile failed", { reason: String(cause) });
}

/** An event was given up: whatever it announced is over by now. */
export function eventTooOld(document: string, time: string): void {
  error("event dropped", { document, time, reason: "it is older than any meeting lasts" });
}

/** Keeps what is milder than `LOG_LEVEL` to itself. */
function atLevel(level: LogLevel, write: typeof logger.info): typeof logger.info {
  return (...args) => {
    const isWanted = LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(readLogLevel());
    if (isWanted) write(...args);
  };
}
