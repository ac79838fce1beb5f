import type { BotInstance, EnqueueOutcome, Execution, Failure, Refusal } from "@meeting-bot/core";
import { debug, error, info, warn } from "firebase-functions/logger";

/** A meeting was looked at and has, or shares, a bot now. */
export function meetingServed(meetingPath: string, outcome: EnqueueOutcome): void {
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
export function reclaimRefused({ id, attempt }: BotInstance, reason: Refusal): void {
  info("bot instance not reclaimed", { botInstanceId: id, attempt, reason });
}

/** An execution that has been silent for too long was told to end. */
export function executionEnded({ id, attempt }: BotInstance, { name }: Execution): void {
  warn("silent execution told to end", { botInstanceId: id, attempt, execution: name });
}

/** One instance could not be looked at; the next sweep tries again. */
export function sweepFailed({ id }: BotInstance, cause: unknown): void {
  error("sweep failed for a bot instance", { botInstanceId: id, reason: String(cause) });
}

/** An event was given up: whatever it announced is over by now. */
export function eventTooOld(document: string, time: string): void {
  error("event dropped", { document, time, reason: "it is older than any meeting lasts" });
}
