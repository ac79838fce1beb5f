import { type BotInstance, isTerminal, MAX_MEETINGS } from "../bot-instance/bot-instance.ts";
import type { Patch, Surroundings } from "../bot-instance/transition.ts";
import { cancel } from "../bot-instance/transitions/cancel.ts";
import { endedBy } from "../bot-instance/transitions/ended.ts";
import { isShareable, type Session, settleSeat, takeSeat } from "../session/session.ts";
import { claimIfDue, draft, dueAt, redraft } from "./draft.ts";
import { isSameRequest, type Meeting } from "./meeting.ts";

/** What the transaction has read. */
export interface ServeFacts {
  meetingPath: string;
  /** Absent when the document is gone. */
  meeting?: Meeting | undefined;
  /** The instance that the meeting is linked to, or was until its link was lost; if it still exists. */
  linked?: BotInstance | undefined;
  /** The instance in the seat that the meeting wants, if there is one. */
  seated?: BotInstance | undefined;
  /** The room that the meeting takes place in. */
  sessionKey: string;
  /** The locks of that room and of the linked instance's, by key. */
  sessions: Readonly<Record<string, Session>>;
}

/** What was minted before the transaction, so that a repeated body makes the same writes. */
export interface ServeEvent {
  instanceId: string;
  token: string;
  /** Absent for who only fills the queue: whoever claims must launch. */
  claimedBy?: string;
  /** How long before its start a meeting's bot is sent. */
  joinLeadMs: number;
  /** What a document was linked to that was deleted, or written over as a whole. */
  formerInstanceId?: string | undefined;
}

/** An instance as it was, and what changes. */
export interface Change {
  instance: BotInstance;
  patch: Patch;
}

/** What one transaction writes. */
export interface Plan {
  /** What the meeting is linked to from now on or, when it is released, was linked to until now. */
  instance: BotInstance;
  created?: BotInstance;
  changed: Change[];
  sessions: Readonly<Record<string, Session>>;
}

/** What becomes of a meeting. */
export type Served =
  | { kind: "ignored"; reason: "no-bot-wanted" | "nothing-to-cancel" | "already-linked" }
  /** This very call has done it before: its commit succeeded though its answer was lost. */
  | { kind: "repeated" }
  | { kind: "created" | "joined" | "replanned" | "released"; plan: Plan };

/**
 * Decides what a meeting gets: a bot of its own, one that is already in the room, another one because
 * it asks for something else now, or none any more.
 */
export function serve(facts: ServeFacts, event: ServeEvent, at: Surroundings): Served {
  const { meeting } = facts;
  if (isOwnEarlierWrite(facts, event)) return { kind: "repeated" };
  const bot = botOf(facts);
  if (!meeting || meeting.intent === "cancel") {
    if (!bot) return { kind: "ignored", reason: "nothing-to-cancel" };
    return { kind: "released", plan: release(facts, bot, at) };
  }
  if (meeting.intent === "none") return { kind: "ignored", reason: "no-bot-wanted" };
  if (meeting.botInstanceId !== undefined && !(bot && asksForSomethingElse(meeting))) {
    return { kind: "ignored", reason: "already-linked" };
  }
  if (!bot || isTerminal(bot)) return enqueue(facts, meeting, event, at);
  if (keepsItsBot(facts, meeting, bot, dueAt(meeting, event, at.now) <= at.now)) {
    return replan(facts, meeting, bot, event, at);
  }
  return move(facts, meeting, bot, event, at);
}

/** A link that somebody else made says nothing about what it was made for: it stays. */
export function asksForSomethingElse(meeting: Meeting): boolean {
  const { linkedHash } = meeting;
  return linkedHash !== undefined && !isSameRequest(linkedHash, meeting);
}

function isOwnEarlierWrite({ meeting, linked }: ServeFacts, event: ServeEvent): boolean {
  return meeting?.botInstanceId === event.instanceId || linked?.claimToken === event.token;
}

/** The bot that a meeting has. Where the link is lost, the bot itself must know of the meeting. */
function botOf({ meeting, meetingPath, linked }: ServeFacts): BotInstance | undefined {
  const isLinked = meeting?.botInstanceId !== undefined;
  return isLinked || linked?.meetings.includes(meetingPath) ? linked : undefined;
}

/** A meeting that is due is claimed at once; one that cannot be served fails at once, with its reason. */
function enqueue(facts: ServeFacts, meeting: Meeting, event: ServeEvent, at: Surroundings): Served {
  const { seated, sessions, sessionKey } = facts;
  const drafted = draft(facts, meeting, event, at);
  if (meeting.failure) {
    const created = { ...drafted, ...endedBy(meeting.failure, at.now) };
    return { kind: "created", plan: { instance: created, created, changed: [], sessions: {} } };
  }
  // What begins later was not recorded before.
  const isDue = dueAt(meeting, event, at.now) <= at.now;
  const hasRoom = seated && isShareable(seated) && seated.meetings.length < MAX_MEETINGS;
  if (hasRoom && (isDue || !isTerminal(seated))) return join(facts, seated);
  const created = claimIfDue(drafted, event, at);
  const session = takeSeat(sessions[sessionKey] ?? EMPTY, created, at.now);
  const plan = { instance: created, created, changed: [], sessions: { [sessionKey]: session } };
  return { kind: "created", plan };
}

const EMPTY: Session = { seats: {} };

function join({ meetingPath }: ServeFacts, seated: BotInstance): Served {
  const patch = { meetings: [...new Set([...seated.meetings, meetingPath])] };
  const changed = [{ instance: seated, patch }];
  return { kind: "joined", plan: { instance: { ...seated, ...patch }, changed, sessions: {} } };
}

/** Takes a meeting off its bot; the bot goes when its last meeting goes. */
function release({ meetingPath, sessions }: ServeFacts, bot: BotInstance, at: Surroundings): Plan {
  const meetings = bot.meetings.filter((path) => path !== meetingPath);
  const cancelled = meetings.length === 0 ? cancel(bot, at) : undefined;
  const patch = { ...(cancelled?.ok && cancelled.patch), meetings };
  const after = { ...bot, ...patch };
  const key = bot.sessionKey;
  const session = key === undefined ? undefined : sessions[key];
  return {
    instance: after,
    changed: [{ instance: bot, patch }],
    sessions:
      key && session && isTerminal(after) ? { [key]: settleSeat(session, after, at.now) } : {},
  };
}

/** Another room or another occurrence: off the old bot and onto a new one, at once. */
function move(
  facts: ServeFacts,
  meeting: Meeting,
  bot: BotInstance,
  event: ServeEvent,
  at: Surroundings,
): Served {
  const left = release(facts, bot, at);
  const sessions = { ...facts.sessions, ...left.sessions };
  const seated = facts.seated?.id === bot.id ? undefined : facts.seated;
  const next = enqueue({ ...facts, sessions, seated }, meeting, event, at);
  if (!("plan" in next)) return next;
  const { plan } = next;
  return {
    ...next,
    plan: {
      ...plan,
      changed: [...left.changed, ...plan.changed],
      sessions: { ...left.sessions, ...plan.sessions },
    },
  };
}

/**
 * The same seat in the same room. A bot that was sent stays as long as it is wanted there now,
 * whatever else has changed: what it records would be torn.
 */
function keepsItsBot(
  { sessionKey, seated }: ServeFacts,
  meeting: Meeting,
  bot: BotInstance,
  isDue: boolean,
): boolean {
  if (bot.sessionKey !== sessionKey) return false;
  if (bot.status === "processing") return isDue && bot.cancelRequestedAt === undefined;
  return !meeting.failure && seated?.id === bot.id;
}

/** What is asked for has changed in the details: a bot that was not sent yet takes them over. */
function replan(
  { sessionKey, sessions }: ServeFacts,
  meeting: Meeting,
  bot: BotInstance,
  event: ServeEvent,
  at: Surroundings,
): Served {
  if (bot.status !== "queued") {
    return { kind: "replanned", plan: { instance: bot, changed: [], sessions: {} } };
  }
  const waiting = redraft(bot, meeting, event, at);
  const claimed = claimIfDue(waiting, event, at);
  // One that ends has to tell all its meetings: the sweep sees to it.
  const instance = isTerminal(claimed) ? waiting : claimed;
  const session = takeSeat(sessions[sessionKey] ?? EMPTY, instance, at.now);
  const changed = [{ instance: bot, patch: difference(bot, instance) }];
  return { kind: "replanned", plan: { instance, changed, sessions: { [sessionKey]: session } } };
}

/** What has changed. The rest may be what others wrote, under names that could not be written again. */
function difference(before: BotInstance, after: BotInstance): Patch {
  const was = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => was.get(name) !== value),
  );
}
