import type { Instant } from "../time.ts";
import type { BotInstance } from "./bot-instance.ts";
import type { LeaseRules } from "./lease.ts";

/** The fields that a transition changes; a field that is present and `undefined` is removed. */
export type Patch = Partial<BotInstance>;

/** What a transition decided: the change to make, or why there is none. An empty patch is success without a change. */
export type Decision = { ok: true; patch: Patch } | { ok: false; reason: Refusal };

/** Why a transition refused. */
export type Refusal =
  | "not-found"
  | "not-queued"
  | "not-due"
  | "superseded"
  | "already-started"
  | "still-running"
  | "overdue"
  | "could-not-ask";

/** What every transition may look at besides the instance and the event. */
export interface Surroundings {
  /** The store's clock, so that all parties compare leases with the same one. */
  now: Instant;
  rules: LeaseRules;
}

/** Accepts, with the change to make. */
export function accept(patch: Patch): Decision {
  return { ok: true, patch };
}

/** Accepts a repeat of a transition that has already been committed. */
export const ALREADY_MINE: Decision = { ok: true, patch: {} };

/** Refuses, and changes nothing. */
export function refuse(reason: Refusal): Decision {
  return { ok: false, reason };
}

/** Whether the holder of `token` still has the instance; `runnerId` too, once somebody has started. */
export function holds(
  instance: BotInstance,
  { token, runnerId }: { token: string; runnerId?: string | undefined },
): boolean {
  return (
    instance.status === "processing" &&
    instance.claimToken === token &&
    instance.runnerId === runnerId
  );
}
