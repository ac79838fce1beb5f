import type { Instant } from "../../time.ts";
import type { BotInstance, Phase, Progress } from "../bot-instance.ts";
import { leaseUntil } from "../lease.ts";
import { accept, type Decision, holds, refuse, type Surroundings } from "../transition.ts";
import { enter, isAhead } from "./enter.ts";

/** A sign of life of the manager, with whatever has changed since the last one. */
export interface ReportEvent {
  token: string;
  runnerId: string;
  phase?: Phase;
  progress?: Progress;
  recordingEndedAt?: Instant;
}

/** Renews the lease and notes how far the work has come: heartbeat, phase and progress in one write. */
export function report(
  instance: BotInstance,
  event: ReportEvent,
  { now, rules }: Surroundings,
): Decision {
  if (!holds(instance, event)) return refuse("superseded");
  const { phase, progress, recordingEndedAt } = event;
  return accept({
    ...(phase && isAhead(phase, instance) && enter(phase, instance, now)),
    ...(progress && { progress: { ...instance.progress, ...progress } }),
    ...(recordingEndedAt !== undefined && { recordingEndedAt }),
    ...leaseUntil(now, rules.heartbeatLeaseSeconds),
    heartbeatAt: now,
    updatedAt: now,
  });
}
