import type { BotInstance } from "./bot-instance.ts";
import type { Patch } from "./transition.ts";

/** An instance as it was, and what changes. */
export interface Change {
  instance: BotInstance;
  patch: Patch;
}

/** The instance after a change. */
export function afterChange({ instance, patch }: Change): BotInstance {
  return { ...instance, ...patch };
}

/** Whether meetings are linked to an instance, or about to be. */
export function hasLinks({ wantedLinks, formerLinks = 0 }: BotInstance): boolean {
  return wantedLinks + formerLinks > 0;
}
