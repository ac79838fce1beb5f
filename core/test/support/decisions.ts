import type { Decision, Patch } from "../../src/bot-instance/transition.ts";

/** The change that a decision makes; fails the test when it was refused. */
export function patchOf(decision: Decision): Patch {
  if (!decision.ok) throw new Error(`refused: ${decision.reason}`);
  return decision.patch;
}
