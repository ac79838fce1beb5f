import type { Failure } from "../../errors.ts";
import type { Instant } from "../../time.ts";
import type { Patch } from "../transition.ts";

/** What every terminal state has in common: nobody holds the instance, and nobody need look at it. */
export function ended(now: Instant): Patch {
  return {
    phase: undefined,
    wakeAt: undefined,
    claimExpiresAt: undefined,
    processedAt: now,
    updatedAt: now,
  };
}

/** Ends an instance as `failed`. */
export function endedBy(failure: Failure, now: Instant): Patch {
  return { ...ended(now), status: "failed", error: { ...failure, at: now } };
}
