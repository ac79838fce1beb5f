import type { Instant } from "../../time.ts";
import { type BotInstance, hasStored, isTerminal } from "../bot-instance.ts";
import { ALREADY_MINE, accept, type Decision, refuse, type Surroundings } from "../transition.ts";

/**
 * Takes up an instance whose status others wrote, or whose create event was lost. One that is `queued`
 * and that nothing would wake gets its time: so long before its start, or now. One that others ended
 * while parts of its recording are stored goes back into the queue to finish them, and nothing else.
 */
export function adopt(
  instance: BotInstance,
  { joinLeadMs }: { joinLeadMs: number },
  { now }: Pick<Surroundings, "now">,
): Decision {
  if (wasCutOff(instance)) {
    const waits = { status: "queued", phase: undefined, claimExpiresAt: undefined } as const;
    return accept({ ...waits, finishOnly: true, wakeAt: now, updatedAt: now });
  }
  if (instance.status !== "queued") return refuse("not-queued");
  if (instance.wakeAt !== undefined) return ALREADY_MINE;
  const wakeAt = Math.max(now, sendAt(instance, joinLeadMs) ?? now);
  return accept({ wakeAt, processedAt: undefined, updatedAt: now });
}

/** When a bot is sent to a meeting that begins then; undefined where no start is known. */
export function sendAt(
  { startAt }: { startAt?: Instant },
  joinLeadMs: number,
): Instant | undefined {
  return startAt === undefined ? undefined : startAt - joinLeadMs;
}

/** Whether a status was written by hand over one that was at work: our own ends note their time. */
function wasCutOff(instance: BotInstance): boolean {
  return (
    isTerminal(instance) &&
    instance.processedAt === undefined &&
    instance.recordingErasedAt === undefined &&
    instance.outputs === undefined &&
    instance.attempt > 0 &&
    hasStored(instance)
  );
}
