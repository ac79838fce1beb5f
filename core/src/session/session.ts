import { type BotInstance, isTerminal, type Status } from "../bot-instance/bot-instance.ts";
import { hashOf } from "../hash.ts";
import type { Meeting } from "../meeting/meeting.ts";
import { HOUR, type Instant } from "../time.ts";

/** One bot's place in a room. */
export interface Seat {
  instanceId: string;
  status: Status;
  /** When its meeting begins; absent for one that began when it was asked for. */
  startAt?: Instant;
  updatedAt: Instant;
}

/** The lock of a room: which bots are in it, or have been. The document `bot_sessions/{room key}`. */
export interface Session {
  /** By occurrence key. */
  seats: Record<string, Seat>;
}

/** The seat of a request that named no occurrence; several may follow one another. */
const AD_HOC = "ad-hoc";
/** How long an ended seat is remembered, for copies of the meeting that arrive late. */
const REMEMBER_MS = 30 * 24 * HOUR;

/**
 * The room that a meeting takes place in: organisation, provider and meeting.
 * Who names no organisation shares with nobody: the room is the document's own.
 */
export function sessionKeyOf(meeting: Meeting, meetingPath: string): string {
  const { creatorOrganizationId, provider } = meeting.request;
  if (creatorOrganizationId === undefined || meeting.identity === undefined) {
    return hashOf("document", meetingPath);
  }
  return hashOf("room", creatorOrganizationId, provider, meeting.identity);
}

/** Which seat of its room a meeting wants. */
export function occurrenceKeyOf({ occurrenceAt }: Meeting): string {
  return occurrenceAt === undefined ? AD_HOC : new Date(occurrenceAt).toISOString();
}

/**
 * The seat that a meeting can share: its occurrence's, unless that failed; without one, whoever is in
 * the room: live, and of a meeting that begins by `dueBy`, not of next week's.
 */
export function findSeat(
  session: Session,
  occurrenceKey: string,
  dueBy: Instant,
): Seat | undefined {
  if (occurrenceKey === AD_HOC) {
    return Object.values(session.seats).find(
      (seat) => isLive(seat) && (seat.startAt ?? dueBy) <= dueBy,
    );
  }
  const seat = session.seats[occurrenceKey];
  return seat && (isLive(seat) || seat.status === "done") ? seat : undefined;
}

/** Gives an instance its seat; forgets seats that ended long ago. */
export function takeSeat(session: Session, instance: BotInstance, now: Instant): Session {
  const remembered = Object.entries(session.seats).filter(
    ([, seat]) => isLive(seat) || now - seat.updatedAt < REMEMBER_MS,
  );
  const { id: instanceId, status, startAt } = instance;
  const seat: Seat = { instanceId, status, ...(startAt && { startAt }), updatedAt: now };
  return { seats: { ...Object.fromEntries(remembered), [seatKeyOf(instance)]: seat } };
}

/** Notes what became of an instance, unless another one has its seat by now. */
export function settleSeat(session: Session, instance: BotInstance, now: Instant): Session {
  const seated = session.seats[seatKeyOf(instance)]?.instanceId;
  return seated === instance.id ? takeSeat(session, instance, now) : session;
}

function seatKeyOf({ occurrenceKey }: BotInstance): string {
  return occurrenceKey ?? AD_HOC;
}

function isLive(seat: Seat): boolean {
  return !isTerminal(seat);
}
