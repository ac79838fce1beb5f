import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { wasSent } from "./draft.ts";
import { edit, keepsItsBot } from "./edit.ts";
import { enqueue, type Request, type ServeEvent } from "./enqueue.ts";
import { documentOf, type Hold, holdingOf, type ServeFacts } from "./hold.ts";
import { leave, move } from "./leave.ts";
import { type LinkedMeeting, standingOf } from "./linked-meeting.ts";
import { isSameRequest, type Meeting, needsAttention } from "./meeting.ts";
import { Draft, type Plan } from "./plan.ts";
import { tryAgain } from "./try-again.ts";

/** What becomes of a meeting. */
export type Served =
  | { kind: "ignored"; reason: "no-bot-wanted" | "nothing-to-cancel" | "already-linked" }
  /** This very call has done it before: its commit succeeded though its answer was lost. */
  | { kind: "repeated" }
  /** What the document says of a bot is another document's, or of one that is gone: it says so no more. */
  | { kind: "cleared" }
  /** `noted`: what it asks for now changes nothing any more; that is written down. */
  | { kind: "created" | "joined" | "replanned" | "released" | "noted"; plan: Plan };

/**
 * Decides what a meeting gets: a bot of its own, one that is already in the room, another one because
 * it asks for something else now, or none any more.
 */
export function serve(facts: ServeFacts, event: ServeEvent, at: Surroundings): Served {
  const { meeting, linked } = facts;
  if (meeting?.botInstanceId === event.instanceId || linked?.claimToken === event.token) {
    return { kind: "repeated" };
  }
  const draft = new Draft(facts.instances, facts.sessions);
  const holding = holdingOf(facts);
  if (meeting?.intent !== "record") return letGo(facts, draft, at);
  if (holding.kind === "held") {
    return serveHeld(facts, draft, { meeting, hold: holding.hold }, event, at);
  }
  if (holding.kind === "none" && hasForeignLink(facts, meeting)) {
    return { kind: "ignored", reason: "already-linked" };
  }
  if (holding.kind === "unserved") drop(draft, holding.hold);
  if (holding.kind === "stale") leave(draft, holding.hold, facts.fellows, at);
  return served(draft, facts, meeting, event, at);
}

/** A link that has led to nothing: what its instance has recorded, if anything, was not this meeting. */
function drop(draft: Draft, { bot, link, linkedTo }: Hold): void {
  draft.unlink(linkedTo.id, link.meetingPath);
  const { wantedLinks } = draft.latest(bot.id) ?? bot;
  draft.change(bot.id, { wantedLinks: Math.max(0, wantedLinks - 1) });
}

/** Nobody wants a bot for the meeting, or there is none: a link that is there is undone. */
function letGo(facts: ServeFacts, draft: Draft, at: Surroundings): Served {
  const holding = holdingOf(facts);
  const { meeting } = facts;
  if (meeting?.intent === "none" && holding.kind !== "stale") {
    return { kind: "ignored", reason: "no-bot-wanted" };
  }
  if (holding.kind !== "none") {
    const bot = leave(draft, holding.hold, facts.fellows, at);
    const isTold = holding.kind === "held" && draft.isLinked(bot.id, facts.meetingPath);
    return { kind: "released", plan: draft.plan(bot, isTold ? bot : undefined) };
  }
  return meeting && isLeftOver(facts, meeting)
    ? { kind: "cleared" }
    : { kind: "ignored", reason: "nothing-to-cancel" };
}

/** Whether a meeting that wants no bot says that it has one, or had, that knows nothing of it. */
function isLeftOver({ link }: ServeFacts, meeting: Meeting): boolean {
  const { botInstanceId, linkedHash, recordingStatus } = meeting;
  if (linkedHash === undefined) return false;
  const isOpen = recordingStatus === "queued" || recordingStatus === "processing";
  return botInstanceId !== undefined || (isOpen && link === undefined);
}

/**
 * What undoes a meeting's link to an instance that it had before and is linked to no more; undefined when
 * there is nothing to undo.
 */
export function letFormerGo(facts: ServeFacts, at: Surroundings): Plan | undefined {
  const holding = holdingOf({ ...facts, meeting: undefined });
  if (holding.kind === "none") return undefined;
  const { link, linkedTo } = holding.hold;
  if (isTerminal(linkedTo) && standingOf(link, linkedTo) === "holds") return undefined;
  const draft = new Draft(facts.instances, facts.sessions);
  return draft.plan(leave(draft, holding.hold, facts.fellows, at));
}

interface Held {
  meeting: Meeting;
  hold: Hold;
}

function serveHeld(
  facts: ServeFacts,
  draft: Draft,
  { meeting, hold }: Held,
  event: ServeEvent,
  at: Surroundings,
): Served {
  const { bot, link, linkedTo } = hold;
  const isMoved = linkedTo.id !== bot.id;
  if (isMoved) move(draft, hold);
  if (meeting.retry !== undefined && meeting.retry !== link.retryServed) {
    const request = requestOf(facts, meeting, at.now);
    const { kind, instance } = tryAgain(draft, hold, request, event, at);
    if (isTerminal(bot)) return { kind, plan: draft.plan(instance, bot) };
  }
  const edited = { meeting, document: documentOf(facts), sessionKey: facts.sessionKey };
  const isSame = asksForSame(link, meeting);
  const hasDetails = isSame && hasSameDetails(link, meeting);
  if (hasDetails && !isMoved && meeting.botInstanceId === bot.id && !isRestless(meeting)) {
    return { kind: "ignored", reason: "already-linked" };
  }
  if (isSame || keepsItsBot(hold, edited, event, at)) {
    const instance = edit(draft, hold, edited, facts.fellows, event, at);
    const kind = wasSent(bot) ? "noted" : "replanned";
    return { kind: isMoved ? "joined" : kind, plan: draft.plan(instance, bot) };
  }
  const left = leave(draft, hold, facts.fellows, at);
  return served(draft, facts, meeting, event, at, left);
}

/** Whether a meeting asks for what it was linked for. */
function asksForSame({ requestHash }: LinkedMeeting, meeting: Meeting): boolean {
  return requestHash === undefined || isSameRequest(requestHash, meeting);
}

/** Whether it has not corrected anything that makes it no other request, either. */
function hasSameDetails({ detailsHash }: LinkedMeeting, meeting: Meeting): boolean {
  return detailsHash === undefined || detailsHash === meeting.detailsHash;
}

/** Whether the document's own note of what it was linked for is lost, or is another one's. */
function isRestless(meeting: Meeting): boolean {
  return meeting.linkedHash === undefined || needsAttention(meeting);
}

function served(
  draft: Draft,
  facts: ServeFacts,
  meeting: Meeting,
  event: ServeEvent,
  at: Surroundings,
  left?: BotInstance,
): Served {
  const request = requestOf(facts, meeting, askedAt(facts, meeting, at.now));
  const { kind, instance } = enqueue(draft, request, event, at);
  return { kind, plan: draft.plan(draft.latest(instance.id) ?? instance, left) };
}

function requestOf(facts: ServeFacts, meeting: Meeting, asked: number): Request {
  const { sessionKey, known } = facts;
  return { meeting, document: documentOf(facts), sessionKey, askedAt: asked, known };
}

/** A meeting whose instance is gone has asked for its bot long ago. */
function askedAt({ linked, createdAt }: ServeFacts, meeting: Meeting, now: number): number {
  const isGone = !linked && meeting.botInstanceId !== undefined;
  return isGone ? (createdAt ?? now) : now;
}

/**
 * Whether a meeting's link is not ours: somebody else made it, or the instance that has recorded the
 * meeting is gone and nothing else is asked for. It stays.
 */
function hasForeignLink({ linked }: ServeFacts, meeting: Meeting): boolean {
  const { botInstanceId, linkedHash, recordingStatus } = meeting;
  if (botInstanceId === undefined) return false;
  if (linkedHash === undefined) return true;
  const isOver = recordingStatus !== undefined && isTerminal({ status: recordingStatus });
  return !linked && isOver && isSameRequest(linkedHash, meeting);
}
