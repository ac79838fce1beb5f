import { type BotInstance, isTerminal } from "../bot-instance.ts";
import { ALREADY_MINE, accept, type Decision, refuse, type Surroundings } from "../transition.ts";

/** Everything that an instance has stored was removed. */
export interface EraseEvent {
  /** Who asked for it: `user:…` or `key:…`. */
  by: string;
}

/**
 * Notes that an instance's recording is gone for good; who asked first stays. One that may still
 * store something is refused.
 */
export function erase(
  instance: BotInstance,
  { by }: EraseEvent,
  { now }: Pick<Surroundings, "now">,
): Decision {
  if (!isTerminal(instance)) return refuse("still-running");
  if (instance.recordingErasedAt !== undefined) return ALREADY_MINE;
  return accept({ outputs: [], recordingErasedAt: now, erasedBy: by, updatedAt: now });
}
