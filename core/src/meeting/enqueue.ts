import { type BotInstance, isTerminal, MAX_MEETINGS } from "../bot-instance/bot-instance.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { claim } from "../bot-instance/transitions/claim.ts";
import { endedBy } from "../bot-instance/transitions/ended.ts";
import { type Failure, failure } from "../errors.ts";
import { claimSeat, givesWayTo, hasItsRecording, type RoomFacts } from "../session/claim-seat.ts";
import { isThereForOthers } from "../session/presence.ts";
import { dueSeats, isFull, type Occasion, takeSeat } from "../session/session.ts";
import { fulfil, unite, wishOf } from "../session/union.ts";
import { type Instant, SECOND } from "../time.ts";
import { draft as draftInstance, dueAt, wasSent } from "./draft.ts";
import { type LinkedMeeting, linkTo, type MeetingDocument } from "./linked-meeting.ts";
import type { Meeting } from "./meeting.ts";
import type { Draft } from "./plan.ts";

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

/** A meeting that needs a bot. */
export interface Request {
  meeting: Meeting;
  document: MeetingDocument;
  sessionKey: string;
  /** When the bot was asked for. */
  askedAt: Instant;
  /** The links for this path that are there, by instance id. */
  known: ReadonlyMap<string, LinkedMeeting>;
}

/** What a meeting has joined, or what was made for it. */
export interface Enqueued {
  kind: "created" | "joined";
  instance: BotInstance;
}

/** When a meeting takes place. */
export function occasionOf({ occurrenceAt, request: { startAt, endAt } }: Meeting): Occasion {
  return { anchorAt: occurrenceAt, startAt, endAt };
}

/** Gives a meeting the bot that is there for it, or one of its own: claimed when it is due. */
export function enqueue(
  draft: Draft,
  request: Request,
  event: ServeEvent,
  at: Surroundings,
): Enqueued {
  const { meeting, sessionKey } = request;
  if (meeting.failure) return create(draft, request, event, at, meeting.failure);
  const room = draft.room(sessionKey, occasionOf(meeting), at.now + event.joinLeadMs);
  const bot = findBot(draft, meeting, room, event, at);
  if (bot) return { kind: "joined", instance: join(draft, request, bot, at) };
  const obstacle = isFull(room.session, at.now) ? ROOM_FULL : undefined;
  return create(draft, request, event, at, obstacle);
}

const ROOM_FULL = failure(
  "INVALID_MEETING",
  "request",
  "Too many meetings are planned in this room: 2,000 is the most. Delete some, or use another link.",
);

/** The bot that a meeting shares with others, if there is one. */
function findBot(
  draft: Draft,
  meeting: Meeting,
  room: RoomFacts,
  { joinLeadMs }: ServeEvent,
  at: Surroundings,
): BotInstance | undefined {
  const dueBy = at.now + joinLeadMs;
  const { current } = room;
  const { startAt } = meeting.request;
  const isDue = dueAt(startAt, joinLeadMs, at.now) <= at.now;
  const isThere = current && isThereForOthers(current) ? [current] : [];
  const candidates =
    meeting.occurrenceAt === undefined
      ? [...isThere, ...planned(draft, room, dueBy)]
      : [
          ...room.twins.filter((twin) =>
            isTerminal(twin) ? hasItsRecording(twin, { startAt }) : isDue || !wasSent(twin),
          ),
          ...isThere.filter((bot) => isDue && givesWayTo(bot, occasionOf(meeting), at)),
        ];
  return candidates.find((bot) => isJoinable(bot) && bot.wantedLinks < MAX_MEETINGS);
}

function planned(draft: Draft, { session }: RoomFacts, dueBy: Instant): BotInstance[] {
  return dueSeats(session, dueBy).flatMap(({ instanceId }) => draft.latest(instanceId) ?? []);
}

function isJoinable(bot: BotInstance): boolean {
  const { status, claimedAt, cancelRequestedAt, finishOnly, succeededBy } = bot;
  if (isTerminal(bot) || isThereForOthers(bot)) return true;
  const isWaiting = status === "queued" && claimedAt === undefined && !finishOnly;
  return isWaiting && cancelRequestedAt === undefined && succeededBy === undefined;
}

/** The meeting shares a bot, which does what all of them ask for. */
export function join(
  draft: Draft,
  { meeting, document, known }: Request,
  { id }: BotInstance,
  { now, rules }: Surroundings,
): BotInstance {
  const bot = draft.latest(id);
  if (!bot) throw new Error(`${id} is joined without having been read.`);
  // One of a document that was there before under this path is replaced.
  const isCounted = known.get(id)?.state === "wanted" && !draft.isUnlinked(id, document.path);
  const link = linkTo(meeting, document, now);
  draft.link(id, link);
  const wantedLinks = bot.wantedLinks + (isCounted ? 0 : 1);
  if (isTerminal(bot)) return draft.change(id, { wantedLinks, updatedAt: now });
  const { startAt, ...shared } = fulfil(bot, unite([wishOf(bot), link], rules.recordingFormats));
  const isEarlier = startAt !== undefined && bot.startAt !== undefined;
  const isWaiting = bot.status === "queued" && bot.claimedAt === undefined;
  const joined = draft.change(id, {
    ...shared,
    ...(isEarlier && { startAt }),
    ...(isEarlier && isWaiting && { wakeAt: dueAt(startAt, rules.joinLeadSeconds * SECOND, now) }),
    wantedLinks,
    updatedAt: now,
  });
  const { sessionKey } = joined;
  // Who joins writes the bot, which guards itself: the room need only know when it is there.
  const isOther = joined.startAt !== bot.startAt || joined.endAt !== bot.endAt;
  if (sessionKey && isOther) {
    draft.writeSession(sessionKey, takeSeat(draft.session(sessionKey), joined, now));
  }
  return joined;
}

function create(
  draft: Draft,
  request: Request,
  event: ServeEvent,
  at: Surroundings,
  obstacle: Failure | undefined,
): Enqueued {
  const { meeting, document, sessionKey, askedAt } = request;
  const { instanceId, joinLeadMs } = event;
  const made = { instanceId, meetingPath: document.path, sessionKey, joinLeadMs, askedAt };
  const drafted = draftInstance(meeting, made, at);
  draft.link(instanceId, linkTo(meeting, document, at.now));
  if (obstacle) {
    draft.created = { ...drafted, ...endedBy(obstacle, at.now) };
    return { kind: "created", instance: draft.created };
  }
  draft.created = drafted;
  draft.writeSession(sessionKey, takeSeat(draft.session(sessionKey), drafted, at.now));
  return { kind: "created", instance: claimIfDue(draft, drafted, event, at) };
}

/** Claims an instance of the draft that is due, unless nobody is to claim it. */
export function claimIfDue(
  draft: Draft,
  instance: BotInstance,
  { token, claimedBy, joinLeadMs }: ServeEvent,
  at: Surroundings,
): BotInstance {
  const { id, sessionKey } = instance;
  if (claimedBy === undefined || sessionKey === undefined) return instance;
  const claimed = claim(instance, { token, claimedBy }, at);
  if (!claimed.ok) return instance;
  const occasion = { ...instance, anchorAt: instance.anchorAt };
  const room = draft.room(sessionKey, occasion, at.now + joinLeadMs, id);
  const { patch, changed, session } = claimSeat(instance, claimed.patch, room, at);
  for (const change of changed) draft.change(change.instance.id, change.patch);
  draft.writeSession(sessionKey, session);
  return draft.change(id, patch);
}
