import type { Instant } from "../../time.ts";
import { type BotInstance, PHASES, type Phase } from "../bot-instance.ts";
import type { Patch } from "../transition.ts";

/** Enters a phase, remembering when it was first reached. */
export function enter(phase: Phase, { phaseAt }: BotInstance, now: Instant): Patch {
  return { phase, phaseAt: { [phase]: now, ...phaseAt }, updatedAt: now };
}

/** Whether `phase` comes after the one that the instance is in. */
export function isAhead(phase: Phase, instance: BotInstance): boolean {
  return instance.phase === undefined || PHASES.indexOf(phase) > PHASES.indexOf(instance.phase);
}
