import { type BotInstance, isTerminal, type Status } from "../bot-instance/bot-instance.ts";
import { hashOf } from "../hash.ts";
import type { Meeting } from "../meeting/meeting.ts";
import type { MeetingLink } from "../meeting/meeting-url.ts";
import { DAY, type Instant } from "../time.ts";

/** One bot's place in a room. */
export interface Seat {
  instanceId: string;
  status: Status;
  /** The occurrence that the bot was first made for; absent for one that was asked for "now". */
  anchorAt?: Instant;
  startAt?: Instant;
  endAt?: Instant;
  updatedAt: Instant;
}

/**
 * The lock of a room: which bots are in it, have been, or will be. The document `bot_sessions/{room key}`.
 * Whoever decides about a bot in the room reads it and writes it back.
 */
export interface Session {
  /** By instance id. */
  seats: Record<string, Seat>;
  /** The bot that was claimed last: the only one that others may join while it is there for them. */
  currentId?: string;
  /** Counts the decisions: Firestore takes a write that changes nothing for none at all. */
  version?: number;
}

/** A room that nobody has decided about yet. */
export const EMPTY_SESSION: Session = { seats: {} };

/** How long the seat of a recording is remembered, for copies of the meeting that arrive late. */
const REMEMBER_MS = 30 * DAY;
/** The same of a bot that came to nothing, for a recording of another bot that may still be imported. */
const REMEMBER_VAIN_MS = DAY;
/** Some 200 bytes each: the lock stays far below the size that a document can have. */
const MAX_SEATS = 2000;

/**
 * The room that a meeting takes place in: organisation, provider and meeting.
 * Who names no organisation shares with nobody: the room is the document's own.
 */
export function sessionKeyOf(meeting: Meeting, meetingPath: string): string {
  const { identity, request } = meeting;
  const { creatorOrganizationId: organizationId, provider } = request;
  if (organizationId === undefined || provider === undefined || identity === undefined) {
    return hashOf("document", meetingPath, provider, identity);
  }
  return roomKeyOf(organizationId, { provider, identity });
}

/** The room of an organisation in which a meeting takes place. */
export function roomKeyOf(
  organizationId: string,
  { provider, identity }: Pick<MeetingLink, "provider" | "identity">,
): string {
  return hashOf("room", organizationId, provider, identity);
}

/** Starts that are less than this apart are one meeting's, whose copies say it to different seconds. */
const SAME_OCCURRENCE_MS = 120_000;

/** When something takes place: `anchorAt` is the occurrence, absent for "now". */
export interface Occasion {
  anchorAt?: Instant | undefined;
  startAt?: Instant | undefined;
  endAt?: Instant | undefined;
}

/** Whether two occasions are the same occurrence: their starts are near, and neither ends before the other starts. */
export function isSameOccurrence(one: Occasion, other: Occasion): boolean {
  if (one.anchorAt === undefined || other.anchorAt === undefined) return false;
  const isNear = Math.abs(one.anchorAt - other.anchorAt) < SAME_OCCURRENCE_MS;
  return isNear && !endsBefore(one, other) && !endsBefore(other, one);
}

function endsBefore({ endAt }: Occasion, { startAt, anchorAt }: Occasion): boolean {
  const beginsAt = startAt ?? anchorAt;
  return endAt !== undefined && beginsAt !== undefined && endAt <= beginsAt;
}

/** The seats of an occurrence that may have a bot to share: the nearest first, then the earlier. */
export function seatsOf(session: Session, occasion: Occasion): Seat[] {
  const { anchorAt } = occasion;
  if (anchorAt === undefined) return [];
  const distance = (seat: Seat) => Math.abs((seat.anchorAt ?? 0) - anchorAt);
  return Object.values(session.seats)
    .filter((seat) => isLive(seat) || seat.status === "done")
    .filter((seat) => isSameOccurrence(seat, occasion))
    .toSorted((a, b) => distance(a) - distance(b) || (a.anchorAt ?? 0) - (b.anchorAt ?? 0));
}

/** The planned seats whose time has come by `dueBy`, the latest first. */
export function dueSeats(session: Session, dueBy: Instant): Seat[] {
  return Object.values(session.seats)
    .filter((seat) => isLive(seat) && seat.startAt !== undefined && seat.startAt <= dueBy)
    .toSorted((a, b) => (b.startAt ?? 0) - (a.startAt ?? 0));
}

/** The bot that was claimed last; in a lock of the version before, the one that must have been. */
export function currentIn(session: Session, dueBy: Instant): string | undefined {
  if (session.currentId !== undefined || session.version !== undefined) return session.currentId;
  const adHoc = Object.values(session.seats).find(
    (seat) => isLive(seat) && seat.startAt === undefined,
  );
  return (adHoc ?? dueSeats(session, dueBy)[0])?.instanceId;
}

/** Whether the lock has no place for one more bot that is planned. */
export function isFull(session: Session, now: Instant): boolean {
  return Object.keys(remembered(session, now)).length >= MAX_SEATS;
}

/** Gives an instance its seat, or notes what has changed of it; forgets seats that ended long ago. */
export function takeSeat(session: Session, instance: BotInstance, now: Instant): Session {
  const { id: instanceId, status, anchorAt, startAt, endAt } = instance;
  const seat: Seat = {
    instanceId,
    status,
    ...(anchorAt !== undefined && { anchorAt }),
    ...(startAt !== undefined && { startAt }),
    ...(endAt !== undefined && { endAt }),
    updatedAt: now,
  };
  return bump({ ...session, seats: { ...remembered(session, now), [instanceId]: seat } });
}

/** Notes what became of an instance that has a seat. */
export function settleSeat(session: Session, instance: BotInstance, now: Instant): Session {
  return instance.id in session.seats ? takeSeat(session, instance, now) : session;
}

/** The lock after another decision. */
export function bump(session: Session): Session {
  return { ...session, version: (session.version ?? 0) + 1 };
}

function remembered({ seats }: Session, now: Instant): Session["seats"] {
  return Object.fromEntries(
    Object.entries(seats).filter(
      ([, seat]) => isLive(seat) || now - seat.updatedAt < rememberedFor(seat),
    ),
  );
}

function rememberedFor({ status }: Seat): number {
  return status === "done" ? REMEMBER_MS : REMEMBER_VAIN_MS;
}

function isLive(seat: Seat): boolean {
  return !isTerminal(seat);
}

/**
 * Reads a lock whose seats the version before has kept by occurrence: `ad-hoc`, or the start as ISO 8601.
 */
export function readSession({ seats = {}, ...lock }: Partial<Session>): Session {
  const known = Object.entries(seats).map(([key, seat]) => {
    const anchorAt = seat.anchorAt ?? (lock.version === undefined ? anchorOf(key) : undefined);
    return [seat.instanceId, { ...seat, ...(anchorAt !== undefined && { anchorAt }) }] as const;
  });
  return { ...lock, seats: Object.fromEntries(known) };
}

function anchorOf(occurrenceKey: string): Instant | undefined {
  const anchorAt = Date.parse(occurrenceKey);
  return Number.isNaN(anchorAt) ? undefined : anchorAt;
}
