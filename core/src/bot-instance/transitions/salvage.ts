import { type BotInstance, hasStored, isTerminal } from "../bot-instance.ts";
import { ALREADY_MINE, accept, type Decision, type Surroundings } from "../transition.ts";

/**
 * Has the parts of a recording finished that were stored by an instance that somebody has ended by hand.
 * One that we have ended ourselves has outputs, or has tried to make them.
 */
export function salvage(instance: BotInstance, { now }: Pick<Surroundings, "now">): Decision {
  const { status, outputs = [], finishOnly, recordingErasedAt, attempt } = instance;
  const isLeft =
    isTerminal(instance) &&
    status !== "done" &&
    !finishOnly &&
    attempt > 0 &&
    hasStored(instance) &&
    outputs.length === 0 &&
    recordingErasedAt === undefined;
  if (!isLeft) return ALREADY_MINE;
  return accept({ status: "queued", finishOnly: true, phase: undefined, wakeAt: now, updatedAt: now });
}
