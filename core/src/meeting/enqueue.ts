import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { claim } from "../bot-instance/transitions/claim.ts";
import { endedBy } from "../bot-instance/transitions/ended.ts";
import { occurrenceKeyOf, type Session, takeSeat } from "../session/session.ts";
import type { Meeting } from "./meeting.ts";

/** What the transaction has read. */
export interface EnqueueFacts {
  meetingPath: string;
  meeting: Meeting;
  sessionKey: string;
  session: Session;
  /** The instance that the meeting is linked to, if it still exists. */
  linked?: BotInstance | undefined;
  /** The instance in the seat that the meeting wants, if there is one. */
  seated?: BotInstance | undefined;
}

/** What was minted before the transaction, so that a repeated body makes the same writes. */
export interface EnqueueEvent {
  instanceId: string;
  token: string;
  claimedBy: string;
  /** How long before its start a meeting's bot is sent. */
  joinLeadMs: number;
}

/** What becomes of a meeting. */
export type Enqueued =
  | { kind: "ignored"; reason: "no-bot-wanted" | "already-linked" }
  /** This very call has done it before: its commit succeeded though its answer was lost. */
  | { kind: "repeated" }
  | { kind: "join"; instance: BotInstance }
  | { kind: "create"; instance: BotInstance; session?: Session };

/**
 * Decides whether a meeting gets a bot, its own or one that is already in the room.
 * A meeting that is due is claimed at once; one that cannot be served fails at once, with its reason.
 */
export function enqueue(facts: EnqueueFacts, event: EnqueueEvent, at: Surroundings): Enqueued {
  const { meeting, meetingPath, linked, seated } = facts;
  if (meeting.botInstanceId === event.instanceId) return { kind: "repeated" };
  if (!meeting.wantsBot) return { kind: "ignored", reason: "no-bot-wanted" };
  if (meeting.botInstanceId !== undefined && !asksAgain(meeting, linked)) {
    return { kind: "ignored", reason: "already-linked" };
  }
  const instance = draft(facts, event, at);
  if (meeting.failure) {
    return { kind: "create", instance: { ...instance, ...endedBy(meeting.failure, at.now) } };
  }
  if (seated) return { kind: "join", instance: withMeeting(seated, meetingPath) };
  const claimed = claimIfDue(instance, event, at);
  return { kind: "create", instance: claimed, session: takeSeat(facts.session, claimed, at.now) };
}

/** A link to a bot that has ended, for a meeting that has changed since. A link to nothing stays: it is the user's. */
function asksAgain(meeting: Meeting, linked: BotInstance | undefined): boolean {
  return linked !== undefined && isTerminal(linked) && linked.requestHash !== meeting.requestHash;
}

function draft(
  { meeting, meetingPath, sessionKey }: EnqueueFacts,
  { instanceId, joinLeadMs }: EnqueueEvent,
  { now, rules }: Surroundings,
): BotInstance {
  return {
    ...meeting.request,
    id: instanceId,
    status: "queued",
    phaseAt: {},
    wakeAt: Math.max(now, (meeting.request.startAt ?? now) - joinLeadMs),
    sessionKey,
    occurrenceKey: occurrenceKeyOf(meeting),
    requestHash: meeting.requestHash,
    meetings: [meetingPath],
    attempt: 0,
    maxAttempts: rules.maxAttempts,
    launchFailures: 0,
    createdAt: now,
    updatedAt: now,
  };
}

function withMeeting(instance: BotInstance, meetingPath: string): BotInstance {
  return { ...instance, meetings: [...new Set([...instance.meetings, meetingPath])] };
}

function claimIfDue(instance: BotInstance, event: EnqueueEvent, at: Surroundings): BotInstance {
  const claimed = claim(instance, event, at);
  return claimed.ok ? { ...instance, ...claimed.patch } : instance;
}
