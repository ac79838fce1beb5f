import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { cancel } from "../bot-instance/transitions/cancel.ts";
import { endSeat } from "../session/end-seat.ts";
import { bump, settleSeat } from "../session/session.ts";
import { fulfil, unite } from "../session/union.ts";
import { SECOND } from "../time.ts";
import { dueAt } from "./draft.ts";
import type { Hold } from "./hold.ts";
import type { LinkedMeeting } from "./linked-meeting.ts";
import type { Draft } from "./plan.ts";

/**
 * Takes a meeting off its bot; the bot goes when its last meeting goes. Who leaves last, or after the
 * end, is still told what came of it; who leaves a bot to others has nothing to do with it any more.
 */
export function leave(
  draft: Draft,
  { bot: { id }, link, linkedTo }: Hold,
  fellows: readonly LinkedMeeting[],
  at: Surroundings,
): BotInstance {
  const bot = draft.latest(id);
  if (!bot) return linkedTo;
  if (linkedTo.id !== id) move(draft, { link, linkedTo });
  const wantedLinks = Math.max(0, bot.wantedLinks - 1);
  const isLast = wantedLinks === 0;
  const counts = {
    wantedLinks,
    ...((isLast || isTerminal(bot)) && { formerLinks: (bot.formerLinks ?? 0) + 1 }),
  };
  if (!isLast && !isTerminal(bot)) {
    draft.unlink(id, link.meetingPath);
    return shrink(draft, draft.change(id, counts), fellows, at);
  }
  draft.link(id, { ...link, state: "former" });
  const left = draft.change(id, counts);
  return isTerminal(left) ? left : callOff(draft, left, at);
}

/** A meeting goes on to the instance that has taken it over, which counts it already. */
export function move(draft: Draft, { link, linkedTo }: Pick<Hold, "link" | "linkedTo">): void {
  const { outputs = [] } = linkedTo;
  if (outputs.length > 0) draft.link(linkedTo.id, { ...link, state: "former" });
  else draft.unlink(linkedTo.id, link.meetingPath);
}

/** What only the one that has left has asked for is not done any more. */
function shrink(
  draft: Draft,
  bot: BotInstance,
  fellows: readonly LinkedMeeting[],
  { now, rules }: Surroundings,
): BotInstance {
  const [first, ...others] = fellows;
  if (!first) return bot;
  const { startAt, ...shared } = fulfil(bot, unite([first, ...others], rules.recordingFormats));
  const isWaiting = bot.status === "queued" && bot.attempt === 0 && bot.anchorAt !== undefined;
  const changed = draft.change(bot.id, {
    ...shared,
    ...(isWaiting &&
      startAt !== undefined && {
        startAt,
        wakeAt: dueAt(startAt, rules.joinLeadSeconds * SECOND, now),
      }),
    updatedAt: now,
  });
  const { sessionKey } = changed;
  if (sessionKey) {
    draft.writeSession(sessionKey, settleSeat(bump(draft.session(sessionKey)), changed, now));
  }
  return changed;
}

/** Nobody wants the bot any more. */
function callOff(draft: Draft, bot: BotInstance, at: Surroundings): BotInstance {
  const cancelled = cancel(bot, at);
  if (!cancelled.ok) return bot;
  const after = draft.change(bot.id, cancelled.patch);
  const { sessionKey } = after;
  if (!sessionKey) return after;
  const session = draft.session(sessionKey);
  if (!isTerminal(after)) {
    draft.writeSession(sessionKey, bump(session));
    return after;
  }
  const end = endSeat(after, session, draft.latest(after.takesOverFrom), at.now);
  for (const { instance, patch } of end.changed) draft.change(instance.id, patch);
  draft.writeSession(sessionKey, end.session);
  return after;
}
