import { failure } from "../../errors.ts";
import { type Instant, MINUTE } from "../../time.ts";
import { type BotInstance, isTerminal } from "../bot-instance.ts";
import { ALREADY_MINE, accept, type Decision, type Surroundings } from "../transition.ts";
import { endAttempt } from "./fail.ts";

/** The sweep could not handle an instance. */
export interface PostponeEvent {
  /** When it was due, as the sweep found it. Whoever has handled it since has set another time. */
  wakeAt: Instant | undefined;
  /** Fresh for every try. Replaces the token of an instance that is given up, and so fences its holder off. */
  by: string;
}

/** So many failures in a row, over more than half a day, are the last. */
export const MAX_SWEEP_FAILURES = 20;

const LONGEST_PAUSE_MS = 60 * MINUTE;

/**
 * Puts an instance off that the sweep could not handle, for longer each time, so that it does not stand
 * before all others for ever. It is given up at last: it fails or, when it has recorded something, only
 * finishes that; one that has ended is left alone.
 */
export function postpone(
  instance: BotInstance,
  { wakeAt, by }: PostponeEvent,
  at: Surroundings,
): Decision {
  const isHandled = wakeAt === undefined || instance.wakeAt !== wakeAt;
  if (isHandled || instance.claimToken === by) return ALREADY_MINE;
  const failures = failuresInARow(instance) + 1;
  if (failures < MAX_SWEEP_FAILURES) {
    const pause = Math.min(LONGEST_PAUSE_MS, MINUTE * 2 ** (failures - 1));
    const postponedToAt = at.now + pause;
    return accept({ wakeAt: postponedToAt, postponedToAt, sweepFailures: failures });
  }
  if (isTerminal(instance)) return accept({ wakeAt: undefined });
  return accept({ ...endAttempt(instance, { failure: GIVEN_UP, random: 0 }, at), claimToken: by });
}

/** Every change that an instance was handled with has set another time. */
function failuresInARow({ wakeAt, postponedToAt, sweepFailures = 0 }: BotInstance): number {
  return wakeAt !== undefined && wakeAt === postponedToAt ? sweepFailures : 0;
}

const GIVEN_UP = {
  ...failure(
    "LEASE_EXPIRED",
    "request",
    `The bot instance was given up: handling it failed ${MAX_SWEEP_FAILURES} times in a row. The functions' logs say why.`,
  ),
  retryable: false,
};
