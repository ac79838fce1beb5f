import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import type { Change } from "../bot-instance/change.ts";
import { type Instant, SECOND } from "../time.ts";
import { type Session, settleSeat } from "./session.ts";

/** What the end of a bot changes in its room. */
export interface SeatEnd {
  changed: Change[];
  session: Session;
}

/**
 * Notes the end of `ended` in its room. A bot that nobody wants any more before it has recorded leaves
 * the room to the one that it was to take over from, unless that one has been told to leave.
 */
export function endSeat(
  ended: BotInstance,
  session: Session,
  older: BotInstance | undefined,
  now: Instant,
): SeatEnd {
  const settled = settleSeat(session, ended, now);
  const stays =
    ended.status === "cancelled" &&
    ended.mergedInto === undefined &&
    session.currentId === ended.id &&
    older !== undefined &&
    !isTerminal(older) &&
    older.succeededBy === ended.id &&
    (older.leaveAt ?? 0) > now;
  if (!stays) return { changed: [], session: settled };
  const patch = { succeededBy: undefined, leaveAt: undefined, updatedAt: now };
  return { changed: [{ instance: older, patch }], session: { ...settled, currentId: older.id } };
}

/** After so much of a recording the bot that was in the room before is told to leave. */
const ENOUGH_MS = 10 * SECOND;

/** Whether a bot has recorded enough for the one that it takes over from to leave. */
export function hasTakenOver(instance: BotInstance, now: Instant): boolean {
  const { takesOverFrom, handedOverAt, phaseAt } = instance;
  const since = phaseAt.recording;
  const isRecording = since !== undefined && now - since >= ENOUGH_MS;
  return takesOverFrom !== undefined && handedOverAt === undefined && isRecording;
}

/** The bot that was in the room before is told to leave. */
export function tellToLeave(older: BotInstance | undefined, now: Instant): Change[] {
  const isThere = older && !isTerminal(older) && (older.leaveAt ?? now + 1) > now;
  return isThere ? [{ instance: older, patch: { leaveAt: now, updatedAt: now } }] : [];
}
