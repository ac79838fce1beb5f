import { type Failure, failure } from "../../errors.ts";
import { parseMeetingUrl } from "../../meeting/meeting-url.ts";
import { requestFault } from "../../meeting/request-fault.ts";
import { type BotInstance, hasStored, type Progress } from "../bot-instance.ts";
import { joinableUntil, leaseUntil } from "../lease.ts";
import { ALREADY_MINE, accept, type Decision, refuse, type Surroundings } from "../transition.ts";
import { ended, endedBy } from "./ended.ts";
import { enter } from "./enter.ts";
import { missed } from "./fail.ts";

/** Who set a timer may have another clock than the store: so much too early is in time. */
export const EARLY_MS = 50;

/** Somebody wants to launch a bot. The token is minted for this claim, outside of the transaction. */
export interface ClaimEvent {
  token: string;
  claimedBy: string;
}

/** Whether the instance is at work in the name of `token`: what a launch needs. */
export function isClaimedBy({ status, claimToken }: BotInstance, token: string): boolean {
  return status === "processing" && claimToken === token;
}

/**
 * Gives a queued instance that is due to the holder of the token.
 * Only who minted the token may call the launcher, and only once. What nobody wants any more or no
 * bot can record ends before a container starts: a document that others made may hold anything, and
 * any meeting may be over by now.
 */
export function claim(
  instance: BotInstance,
  event: ClaimEvent,
  { now, rules }: Surroundings,
): Decision {
  if (instance.claimToken === event.token) return ALREADY_MINE;
  if (instance.status !== "queued") return refuse("not-queued");
  const isUnwanted = instance.cancelRequestedAt !== undefined;
  // Nothing can be stored that no attempt has recorded, whatever others wrote.
  const mayFinish = instance.attempt > 0 && (instance.finishOnly || hasStored(instance));
  if (isUnwanted && !mayFinish) {
    return accept({ ...ended(now), status: "cancelled", claimToken: event.token });
  }
  if (instance.wakeAt !== undefined && instance.wakeAt > now + EARLY_MS) return refuse("not-due");
  const obstacle = findObstacle(instance, { now, rules });
  if (obstacle && !mayFinish) {
    return accept({ ...endedBy(obstacle, now), claimToken: event.token });
  }
  const finishOnly = instance.finishOnly || isUnwanted || obstacle !== undefined;
  const { provider } = instance;
  const link = parseMeetingUrl(instance.meetingUrl, rules);
  return accept({
    ...enter("claimed", instance, now),
    ...leaseUntil(now, rules.launchLeaseSeconds),
    status: "processing",
    provider: link.ok ? link.provider : provider,
    attempt: finishOnly ? instance.attempt : instance.attempt + 1,
    ...(finishOnly && { finishOnly }),
    claimedBy: event.claimedBy,
    claimedAt: now,
    claimToken: event.token,
    runnerId: undefined,
    heartbeatAt: undefined,
    execution: undefined,
    progress: whatIsStored(instance),
    recordingEndedAt: undefined,
    joinAt: undefined,
    error: undefined,
  });
}

/** Why no bot can be sent; undefined when one can. */
function findObstacle(instance: BotInstance, { now, rules }: Surroundings): Failure | undefined {
  const fault = requestFault(instance, rules);
  if (fault) return fault;
  if (instance.attempt >= instance.maxAttempts) return exhausted(instance);
  return now > joinableUntil(instance, rules) ? missed(instance, instance.error) : undefined;
}

/** What earlier attempts have stored stays; how far they came does not. */
function whatIsStored({ progress }: BotInstance): Progress | undefined {
  return progress?.bytesStored === undefined ? undefined : { bytesStored: progress.bytesStored };
}

/** Somebody else has put it back into the queue after its last attempt. */
function exhausted({ error, attempt }: BotInstance): Failure {
  return (
    error ?? failure("INVALID_MEETING", "request", `All ${attempt} attempts were used before.`)
  );
}
