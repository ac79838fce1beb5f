import type { Instant } from "../../time.ts";
import type { BotInstance, Phase, Progress } from "../bot-instance.ts";
import type { EndReason } from "../end-reason.ts";
import { leaseUntil } from "../lease.ts";
import {
  accept,
  type Decision,
  holds,
  type Patch,
  refuse,
  type Surroundings,
} from "../transition.ts";
import { enter, isAhead } from "./enter.ts";

/** A sign of life of the manager, with whatever has changed since the last one. */
export interface ReportEvent {
  token: string;
  runnerId: string;
  phase?: Phase;
  progress?: Progress;
  /** The time of the last byte while the recording does not grow; `null` when it grows again. */
  recordingEndedAt?: Instant | null;
  /** Nothing follows that last byte, and why. */
  endReason?: EndReason;
}

/** Renews the lease and notes how far the work has come: heartbeat, phase and progress in one write. */
export function report(
  instance: BotInstance,
  event: ReportEvent,
  { now, rules }: Surroundings,
): Decision {
  if (!holds(instance, event)) return refuse("superseded");
  const { phase, progress } = event;
  return accept({
    ...(phase && isAhead(phase, instance) && enter(phase, instance, now)),
    ...(progress && { progress: { ...instance.progress, ...progress } }),
    ...(hasStoredMore(instance, progress) && { recordedAt: now }),
    ...theEnd(instance, event),
    ...leaseUntil(now, rules.heartbeatLeaseSeconds),
    heartbeatAt: now,
    updatedAt: now,
  });
}

/** Every attempt counts its own bytes, so that they may be fewer than those of the one before. */
function hasStoredMore(
  { progress: before }: BotInstance,
  { bytesStored = 0 }: Progress = {},
): boolean {
  return bytesStored > 0 && bytesStored !== before?.bytesStored;
}

function theEnd(
  instance: BotInstance,
  { recordingEndedAt: at = instance.recordingEndedAt, endReason }: ReportEvent,
): Patch {
  const isNews = (at ?? undefined) !== instance.recordingEndedAt;
  return {
    ...(isNews && { recordingEndedAt: at ?? undefined }),
    ...(endReason && { endReason, ...(typeof at === "number" && { endedAt: at }) }),
  };
}
