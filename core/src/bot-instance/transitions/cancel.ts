import { MINUTE } from "../../time.ts";
import { type BotInstance, hasStored, isTerminal } from "../bot-instance.ts";
import { ALREADY_MINE, accept, type Decision, type Surroundings } from "../transition.ts";
import { ended } from "./ended.ts";

/** How long a manager has to obey before the sweep asks the platform to end its job. */
const OBEY_MS = MINUTE;

/**
 * Nobody wants the bot any more. One that is waiting goes at once, or, when something was recorded
 * before, only finishes that; one that was sent is told so with the answer to its next heartbeat, and
 * keeps what it has recorded.
 */
export function cancel(instance: BotInstance, { now }: Pick<Surroundings, "now">): Decision {
  // No bot is sent any more, or ever, and what was recorded is kept.
  if (instance.finishOnly || instance.source) return ALREADY_MINE;
  if (instance.status === "queued") {
    return accept(
      hasStored(instance)
        ? { finishOnly: true, cancelRequestedAt: now, wakeAt: now, updatedAt: now }
        : { ...ended(now), status: "cancelled" },
    );
  }
  if (isTerminal(instance) || instance.cancelRequestedAt !== undefined) return ALREADY_MINE;
  const wakeAt = Math.min(instance.wakeAt ?? now, now + OBEY_MS);
  return accept({ cancelRequestedAt: now, wakeAt, updatedAt: now });
}
