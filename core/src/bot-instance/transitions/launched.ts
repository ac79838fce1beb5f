import type { BotInstance, Execution } from "../bot-instance.ts";
import { leaseUntil } from "../lease.ts";
import { ALREADY_MINE, accept, type Decision, refuse, type Surroundings } from "../transition.ts";
import { enter } from "./enter.ts";

/** The platform has accepted the launch. */
export interface LaunchedEvent {
  token: string;
  execution: Execution;
}

/**
 * Notes the execution and, unless the manager was faster than the launcher's answer, starts the
 * lease's second stage.
 */
export function launched(
  instance: BotInstance,
  { token, execution }: LaunchedEvent,
  { now, rules }: Surroundings,
): Decision {
  if (instance.status !== "processing" || instance.claimToken !== token)
    return refuse("superseded");
  if (instance.phase !== "claimed") {
    return instance.execution ? ALREADY_MINE : accept({ execution, updatedAt: now });
  }
  return accept({
    ...enter("launched", instance, now),
    ...leaseUntil(now, rules.startLeaseSeconds),
    // The sweep still comes when a cancel has asked for it: that start may never happen.
    ...(instance.cancelRequestedAt !== undefined && { wakeAt: instance.wakeAt }),
    execution,
    ...(instance.firstRefusedAt !== undefined && { firstRefusedAt: undefined }),
  });
}
