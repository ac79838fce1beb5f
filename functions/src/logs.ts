import {
  type BotInstance,
  type DeliveryRefusal,
  type Execution,
  type Failure,
  type ImportOutcome,
  type Instant,
  LOG_LEVELS,
  type LogLevel,
  type Refusal,
  type RunningExecution,
  type ServeOutcome,
  type Status,
  type Verdict,
  type WebhookDelivery,
} from "@meeting-bot/core";
import * as logger from "firebase-functions/logger";
import { readLogLevel } from "./config.ts";
import type { Fault } from "./fault.ts";
import type { TaskKind } from "./timers/task.ts";

const debug = atLevel("DEBUG", logger.debug);
const info = atLevel("INFO", logger.info);
const warn = atLevel("WARNING", logger.warn);
const error = atLevel("ERROR", logger.error);

/** A meeting was looked at and has, or shares, a bot now. */
export function meetingServed(meetingPath: string, outcome: ServeOutcome): void {
  if (outcome.kind === "ignored") {
    const tell = outcome.reason === "not-writable" ? error : debug;
    tell("meeting ignored", { meetingPath, reason: outcome.reason });
    return;
  }
  const { id, status, attempt } = outcome.instance;
  info(`meeting ${outcome.kind}`, { botInstanceId: id, meetingPath, status, attempt });
}

/** A meeting's status says nothing about bots: it may be meant to, in other words than those that are configured. */
export function statusNotUnderstood(meetingPath: string, status: string): void {
  info("status of a meeting asks for nothing", { meetingPath, status });
}

/** A meeting cannot be written to, such as one that is as large as a document can be. */
export function meetingNotTold(botInstanceId: string, meetingPath: string): void {
  error("meeting cannot be told", { botInstanceId, meetingPath });
}

/** A claim was tried in vain: somebody else was faster, or there is nothing to do. */
export function claimRefused(botInstanceId: string, reason: Refusal): void {
  debug("claim refused", { botInstanceId, reason });
}

/** An instance that nothing would have woken has its time now. */
export function instanceAdopted(botInstanceId: string, wakeAt: Instant | undefined): void {
  const at = wakeAt === undefined ? undefined : new Date(wakeAt).toISOString();
  info("bot instance taken up", { botInstanceId, wakeAt: at });
}

/** An instance needs nobody to take it up any more. */
export function adoptRefused(botInstanceId: string, reason: Refusal): void {
  debug("bot instance not taken up", { botInstanceId, reason });
}

/** The platform has accepted a launch. */
export function botLaunched({ id, attempt }: BotInstance, { name }: Execution): void {
  info("bot launched", { botInstanceId: id, attempt, execution: name });
}

/** The platform has refused a launch. */
export function launchRefused(
  { id, attempt }: BotInstance,
  { code, message, needsOperator }: Failure,
): void {
  error("launch refused", {
    botInstanceId: id,
    attempt,
    code,
    reason: message,
    needsOperator: needsOperator ?? false,
  });
}

/** Nobody knows whether a launch happened; the lease will tell. */
export function launchUnknown({ id, attempt }: BotInstance, reason: string): void {
  warn("launch with unknown outcome", { botInstanceId: id, attempt, reason });
}

/** An instance has no timer: the sweep will launch it. */
export function timerNotSet(botInstanceId: string, cause: unknown): void {
  warn("timer not set", { botInstanceId, reason: String(cause) });
}

/** A delivery has no timer: the sweep will set another. */
export function deliveryTimerNotSet(deliveryId: string, cause: unknown): void {
  warn("timer of a delivery not set", { deliveryId, reason: String(cause) });
}

/** An attempt was begun or settled in vain: somebody else was faster, or there is nothing to do. */
export function attemptRefused(deliveryId: string, reason: DeliveryRefusal): void {
  debug("delivery attempt refused", { deliveryId, reason });
}

/** An attempt to deliver has come to its end; what came of it is the last entry of `attempts`. */
export function attemptSettled(delivery: WebhookDelivery): void {
  const { id, endpointId, type, status, attempt, attempts } = delivery;
  const { statusCode, problem, durationMs } = attempts.at(-1) ?? {};
  const fields = { deliveryId: id, endpointId, type, attempt, statusCode, problem, durationMs };
  if (status === "delivered") info("webhook delivered", fields);
  else if (status === "pending") info("webhook not delivered yet", fields);
  else warn("webhook given up", fields);
}

/** What was to be sent could not be made; counts as a failed attempt. */
export function messageNotMade({ id, endpointId }: WebhookDelivery, cause: unknown): void {
  error("webhook not made", { deliveryId: id, endpointId, reason: String(cause) });
}

/** An endpoint gets nothing any more, because it said so. */
export function endpointDisabled(endpointId: string): void {
  warn("webhook endpoint disabled", { endpointId, reason: "it answered 410" });
}

/** A task names no document that it is about. */
export function taskDropped({ functionName, idField }: TaskKind): void {
  error("task dropped", { function: functionName, reason: `it has no ${idField}` });
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

/** A meeting waits for an answer although it was written before: its event was lost, or is late. */
export function meetingFound(meetingPath: string): void {
  warn("meeting found without its event", { meetingPath });
}

/** What the backfill has found could not be served; it is found again when its turn comes. */
export function backfillFailed(
  what: { meetingPath: string } | { botInstanceId: string },
  cause: unknown,
): void {
  error("backfill failed", { ...what, reason: String(cause) });
}

/** One instance could not be looked at; it is put off for a while, and later for longer. */
export function sweepFailed({ id }: BotInstance, cause: unknown): void {
  error("sweep failed for a bot instance", { botInstanceId: id, reason: String(cause) });
}

/** An instance that could not be handled could not be put off either: the next sweep tries again. */
export function notPostponed({ id }: BotInstance, cause: unknown): void {
  error("bot instance not put off", { botInstanceId: id, reason: String(cause) });
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

/** The API could not answer a request; nothing of it is told but its id. */
export function requestFailed(requestId: string, fault: Fault): void {
  error("request failed", { requestId, ...fault });
}

/** Everything that a bot had recorded was removed at somebody's request. */
export function recordingErased(botInstanceId: string, by: string, objects: number): void {
  info("recording erased", { botInstanceId, by, objects });
}

/** A finished recording of another bot is imported, or was before. */
export function recordingImported(recordingId: string, { kind, instance }: ImportOutcome): void {
  info(`recording import ${kind}`, { recordingId, botInstanceId: instance.id });
}

/** A notice of a finished recording was not taken; what it says of itself is known once its signature is. */
export function noticeRefused(status: number, recordingId: string | undefined): void {
  warn("notice of a recording refused", { status, recordingId });
}

/** A notice of a finished recording could not be dealt with; its sender may try again. */
export function noticeFailed(fault: Fault): void {
  error("notice of a recording failed", { ...fault });
}

/** Keeps what is milder than `LOG_LEVEL` to itself. */
function atLevel(level: LogLevel, write: typeof logger.info): typeof logger.info {
  return (...args) => {
    const isWanted = LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(readLogLevel());
    if (isWanted) write(...args);
  };
}
