import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { isSameOccurrence, settleSeat, takeSeat } from "../session/session.ts";
import { fulfil, unite } from "../session/union.ts";
import type { Instant } from "../time.ts";
import { dueAt, redraft, wasSent } from "./draft.ts";
import { claimIfDue, occasionOf, type ServeEvent } from "./enqueue.ts";
import type { Hold } from "./hold.ts";
import { type LinkedMeeting, linkTo, type MeetingDocument } from "./linked-meeting.ts";
import type { Meeting } from "./meeting.ts";
import type { Draft } from "./plan.ts";

/** A meeting with what it asks for now. */
export interface Edited {
  meeting: Meeting;
  document: MeetingDocument;
  sessionKey: string;
}

/** Whether a meeting goes on with the bot that it has, whatever else has changed. */
export function keepsItsBot(
  { bot }: Hold,
  { meeting, sessionKey }: Edited,
  { joinLeadMs }: ServeEvent,
  { now }: Surroundings,
): boolean {
  const { startAt } = meeting.request;
  const isElsewhere = bot.sessionKey !== sessionKey;
  // What is recorded is recorded: only another meeting, still to come, is another recording.
  if (bot.status === "done") return !isElsewhere && (startAt ?? 0) <= now;
  if (isTerminal(bot) || isElsewhere || bot.cancelRequestedAt !== undefined) return false;
  if (wasSent(bot)) return (startAt ?? now) <= now + joinLeadMs;
  return !meeting.failure && isSameTime(bot, meeting, now + joinLeadMs);
}

/** Who asks for a bot now would join the planned one that is due: it keeps that one. */
function isSameTime(bot: BotInstance, meeting: Meeting, dueBy: Instant): boolean {
  const isDue = bot.startAt !== undefined && bot.startAt <= dueBy;
  if (meeting.occurrenceAt === undefined) return bot.anchorAt === undefined || isDue;
  return bot.anchorAt !== undefined && isSameOccurrence(bot, occasionOf(meeting));
}

/**
 * The meeting's bot does what it asks for now, as far as that is still possible: its end and what only
 * later attempts read follow at once, everything else only while the bot has not been sent.
 */
export function edit(
  draft: Draft,
  hold: Hold,
  edited: Edited,
  fellows: readonly LinkedMeeting[],
  event: ServeEvent,
  at: Surroundings,
): BotInstance {
  const { meeting, document } = edited;
  const bot = draft.latest(hold.bot.id) ?? hold.bot;
  const link = { ...linkTo(meeting, document, hold.link.joinedAt), ...mergedFrom(hold) };
  draft.link(bot.id, link);
  if (isTerminal(bot)) return bot;
  const isMoved = hold.linkedTo.id !== bot.id;
  const isFirst = !isMoved && hold.link.joinedAt <= bot.createdAt;
  const redrafted = draft.change(bot.id, isFirst ? redraft(bot, meeting, wasSent(bot)) : {});
  const wish = unite([link, ...fellows], at.rules.recordingFormats);
  const { startAt, ...shared } = fulfil(redrafted, wish);
  const changed = draft.change(bot.id, {
    ...shared,
    ...whenWaiting(bot, startAt, event, at),
    updatedAt: at.now,
  });
  const { sessionKey } = changed;
  if (!sessionKey) return changed;
  const session = draft.session(sessionKey);
  const known = changed.id in session.seats;
  draft.writeSession(
    sessionKey,
    known ? settleSeat(session, changed, at.now) : takeSeat(session, changed, at.now),
  );
  return wasSent(changed) ? changed : claimIfDue(draft, changed, event, at);
}

function mergedFrom({ link, linkedTo, bot }: Hold): Partial<LinkedMeeting> {
  const from = linkedTo.id === bot.id ? link.mergedFrom : linkedTo.id;
  return from === undefined ? {} : { mergedFrom: from };
}

/** A bot that waits is sent when the earliest of its meetings begins. */
function whenWaiting(
  bot: BotInstance,
  startAt: number | undefined,
  { joinLeadMs }: ServeEvent,
  { now }: Surroundings,
) {
  if (wasSent(bot) || startAt === undefined) return {};
  return { startAt, wakeAt: dueAt(startAt, joinLeadMs, now) };
}
