import type { BotInstance } from "../bot-instance.ts";
import { leaseUntil } from "../lease.ts";
import { ALREADY_MINE, accept, type Decision, refuse, type Surroundings } from "../transition.ts";
import { enter } from "./enter.ts";

/** Somebody wants to launch a bot. The token is minted for this claim, outside of the transaction. */
export interface ClaimEvent {
  token: string;
  claimedBy: string;
}

/**
 * Gives a queued instance that is due to the holder of the token.
 * Only who minted the token may call the launcher, and only once.
 */
export function claim(
  instance: BotInstance,
  event: ClaimEvent,
  { now, rules }: Surroundings,
): Decision {
  if (instance.status === "processing" && instance.claimToken === event.token) return ALREADY_MINE;
  if (instance.status !== "queued") return refuse("not-queued");
  if (instance.cancelRequestedAt !== undefined) return refuse("cancel-requested");
  if (instance.wakeAt !== undefined && instance.wakeAt > now) return refuse("not-due");
  return accept({
    ...enter("claimed", instance, now),
    ...leaseUntil(now, rules.launchLeaseSeconds),
    status: "processing",
    attempt: instance.attempt + 1,
    claimedBy: event.claimedBy,
    claimedAt: now,
    claimToken: event.token,
    runnerId: undefined,
    heartbeatAt: undefined,
    execution: undefined,
    progress: undefined,
    error: undefined,
  });
}
