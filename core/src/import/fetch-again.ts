import type { Patch } from "../bot-instance/transition.ts";
import type { Instant } from "../time.ts";

/** A recording of another bot is fetched once more, whatever has failed before. */
export function fetchAgain(now: Instant): Patch {
  return {
    status: "queued",
    attempt: 0,
    launchFailures: 0,
    finishFailures: undefined,
    finishOnly: undefined,
    error: undefined,
    processedAt: undefined,
    wakeAt: now,
    updatedAt: now,
  };
}
