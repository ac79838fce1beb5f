import { type BotInstance, isTerminal, type Status } from "../bot-instance/bot-instance.ts";
import { hashOf } from "../hash.ts";
import type { Meeting } from "../meeting/meeting.ts";
import type { MeetingLink } from "../meeting/meeting-url.ts";
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

/** Which seat of its room a meeting wants. */
export function occurrenceKeyOf({ occurrenceAt }: Pick<Meeting, "occurrenceAt">): string {
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
  const seat = session.seats[occurrenceKey];
  if (seat && isLive(seat)) return seat;
  if (occurrenceKey !== AD_HOC) return seat?.status === "done" ? seat : undefined;
  return Object.values(session.seats).find(
    (other) => isLive(other) && (other.startAt ?? dueBy) <= dueBy,
  );
}

/** Whether others may rely on the bot in a seat: it is on its way, at work or done, was not told to leave, and what it recorded is there. */
export function isShareable(seated: BotInstance): boolean {
  if (isTerminal(seated)) {
    return seated.status === "done" && seated.recordingErasedAt === undefined;
  }
  return seated.cancelRequestedAt === undefined;
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
