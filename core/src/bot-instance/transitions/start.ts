import { type BotInstance, type Execution, hasStored } from "../bot-instance.ts";
import { leaseUntil } from "../lease.ts";
import { ALREADY_MINE, accept, type Decision, refuse, type Surroundings } from "../transition.ts";
import { ended } from "./ended.ts";
import { enter } from "./enter.ts";

/** A manager has come up: its first act. */
export interface StartEvent {
  token: string;
  /** Made by the process itself, so that two executions under one token are two runners. */
  runnerId: string;
  /** The execution that the manager finds itself in, where the platform says so. */
  execution?: Execution;
}

/**
 * Lets exactly one runner work under a token. Everybody else leaves without touching the meeting, and
 * so does the one that comes when nobody wants a bot any more: its instance ends as `cancelled`, or,
 * when an earlier attempt has recorded something, only finishes that.
 */
export function start(
  instance: BotInstance,
  { token, runnerId, execution }: StartEvent,
  { now, rules }: Surroundings,
): Decision {
  if (isOwnEarlierWrite(instance, token, runnerId)) return ALREADY_MINE;
  if (instance.status !== "processing" || instance.claimToken !== token) {
    return refuse("superseded");
  }
  if (instance.runnerId !== undefined) return refuse("already-started");
  const isUnwanted = instance.cancelRequestedAt !== undefined && !instance.finishOnly;
  if (isUnwanted && !hasStored(instance)) {
    return accept({ ...ended(now), status: "cancelled", runnerId });
  }
  return accept({
    ...enter("joining", instance, now),
    ...leaseUntil(now, rules.heartbeatLeaseSeconds),
    runnerId,
    heartbeatAt: now,
    ...(execution && { execution }),
    ...(isUnwanted && { finishOnly: true }),
    ...(instance.firstRefusedAt !== undefined && { firstRefusedAt: undefined }),
  });
}

/** One that has failed or is done since has nothing to start any more. */
function isOwnEarlierWrite(
  { status, claimToken, runnerId: winner }: BotInstance,
  token: string,
  runnerId: string,
): boolean {
  const isStart = status === "processing" || status === "cancelled";
  return isStart && claimToken === token && winner === runnerId;
}
