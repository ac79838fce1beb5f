import type { Instant } from "../time.ts";

/**
 * Has a document looked at when it is due, to the second. It is the quick way, not the sure one:
 * whatever gets lost is found by the sweep, which knows what is due from the store alone.
 */
export interface Timer {
  /**
   * Has the one called `id` looked at once, at `dueAt` or at once when that has passed. Setting the
   * same again is a success without effect; an instant too far ahead for the platform is left to the
   * sweep. A timer cannot be called off: who is woken looks whether there is anything to do. Throws
   * when the platform cannot be reached or refuses.
   */
  setTimer(id: string, dueAt: Instant): Promise<void>;
}
