import { type BotInstance, recordingEndOf } from "../bot-instance/bot-instance.ts";
import { afterChange, type Change, hasLinks } from "../bot-instance/change.ts";
import type { Patch, Surroundings } from "../bot-instance/transition.ts";
import { ended, endedBy } from "../bot-instance/transitions/ended.ts";
import { missed } from "../bot-instance/transitions/fail.ts";
import { failure } from "../errors.ts";
import { type Instant, MINUTE, SECOND } from "../time.ts";
import { hasRecorded, isFinishing, isInRoom, isThereForOthers } from "./presence.ts";
import { isSameOccurrence, type Session, settleSeat, takeSeat } from "./session.ts";
import { fulfil, unite, wishOf } from "./union.ts";

/** The bots of a room that a claim has to do with, as the transaction has read them. */
export interface RoomFacts {
  session: Session;
  /** The one that was claimed last. */
  current?: BotInstance | undefined;
  /** The one that `current` takes over from. */
  older?: BotInstance | undefined;
  /** Others of the same occurrence, live or done. */
  twins: readonly BotInstance[];
}

/** What a claim comes to in its room. */
export interface SeatDecision {
  /** Of the instance that is claimed: it enters the room, gives way, waits, or comes too late. */
  patch: Patch;
  /** The room's other bots. */
  changed: Change[];
  session: Session;
}

/** How long a bot may stay after the later of its own end and the start of the next meeting in its room. */
const HANDOVER_MS = 5 * MINUTE;
/** How long a claim waits for what another bot of the room is about to come to. */
const WAIT_MS = MINUTE;
/** An instance that others made has no meetings to move: it looks again so often whether the room is free. */
const ROOM_WAIT_MS = 5 * MINUTE;
/** A bot that was asked for so long before a planned start, besides the lead, is that meeting's. */
const SAME_MEETING_MS = 2 * MINUTE;

/**
 * Decides whether a bot that is claimed goes into its room, and what that means for the one that is
 * there. `claim` is what the claim changes of `instance`.
 */
export function claimSeat(
  instance: BotInstance,
  claim: Patch,
  room: RoomFacts,
  at: Surroundings,
): SeatDecision {
  const stay = (patch: Patch): SeatDecision => ({
    patch,
    changed: [],
    session: settleSeat(room.session, { ...instance, ...patch }, at.now),
  });
  if (claim.status !== "processing" || claim.finishOnly) return stay(claim);
  const { current } = room;
  const recorded = room.twins.find((twin) => hasItsRecording(twin, instance));
  if (recorded) return giveWay(instance, claim, recorded, room, at);
  if (room.twins.some(isFinishing)) return stay({ wakeAt: at.now + WAIT_MS });
  if (!current || current.id === instance.id || !isThereForOthers(current)) {
    return enter(instance, claim, room, at);
  }
  if (isOthers(instance)) return stay(waitForRoom(current, at.now + ROOM_WAIT_MS, at.now));
  if (givesWayTo(current, instance, at)) return giveWay(instance, claim, current, room, at);
  const isEarlier = (instance.startAt ?? 0) < (current.startAt ?? 0);
  if (isEarlier)
    return stay({
      ...endedBy(missed(instance, instance.error), at.now),
      claimToken: claim.claimToken,
    });
  return enter(instance, claim, room, at);
}

/** Whether a bot that has ended has recorded what an instance is to record, for whoever comes late. */
export function hasItsRecording(
  done: BotInstance,
  { startAt }: Pick<BotInstance, "startAt">,
): boolean {
  const { status, recordingErasedAt, cancelRequestedAt, retriedBy } = done;
  return (
    status === "done" &&
    recordingErasedAt === undefined &&
    cancelRequestedAt === undefined &&
    retriedBy === undefined &&
    (recordingEndOf(done) ?? 0) > (startAt ?? 0)
  );
}

/**
 * Whether an instance's meeting is the one that a bot is there for. A planned one gives way only to an
 * ad-hoc bot that was asked for shortly before: what that one records, it records of this meeting. Any
 * other is there for another one: a personal room is used back to back, and nobody is shown another meeting.
 */
export function givesWayTo(
  current: BotInstance,
  instance: Pick<BotInstance, "startAt" | "anchorAt" | "endAt">,
  { rules }: Pick<Surroundings, "rules">,
): boolean {
  const { startAt, anchorAt } = instance;
  if (anchorAt === undefined || startAt === undefined) return true;
  if (isSameOccurrence(current, instance)) return true;
  const earliest = startAt - rules.joinLeadSeconds * SECOND - SAME_MEETING_MS;
  const isAdHoc = current.anchorAt === undefined && current.startAt === undefined;
  return isAdHoc && current.createdAt >= earliest;
}

/** The bot goes, and whatever was in the room before is to leave it. */
function enter(
  instance: BotInstance,
  claim: Patch,
  room: RoomFacts,
  { now }: Surroundings,
): SeatDecision {
  const bots = [room.current, room.older].filter((bot) => bot !== undefined);
  const staying = bots.filter((bot) => bot.id !== instance.id && isStaying(bot, now));
  const [first, ...others] = staying;
  const joinAt = first && instance.startAt;
  const patch: Patch = {
    ...claim,
    ...(first && { takesOverFrom: first.id, handedOverAt: undefined }),
    ...(joinAt !== undefined && joinAt > now && { joinAt }),
  };
  const seated = takeSeat(room.session, { ...instance, ...patch }, now);
  return {
    patch,
    changed: [
      ...(first ? [handOver(first, instance, now)] : []),
      ...others.map((bot) => ({ instance: bot, patch: { leaveAt: now } })),
    ],
    session: { ...seated, currentId: instance.id },
  };
}

/** Whether a bot may be in the room, and has not been told to leave by now. */
function isStaying(bot: BotInstance, now: Instant): boolean {
  return isInRoom(bot) && bot.cancelRequestedAt === undefined && (bot.leaveAt ?? now + 1) > now;
}

/**
 * The bot that is there leaves when the new one records, or when it has had its time; one that took over
 * itself and was not let in until now goes at once.
 */
function handOver(
  bot: BotInstance,
  { id: succeededBy, startAt }: BotInstance,
  now: Instant,
): Change {
  const latest = Math.max(bot.endAt ?? 0, startAt ?? now) + HANDOVER_MS;
  const isLeftOutside = bot.takesOverFrom !== undefined && !hasRecorded(bot);
  const leaveAt = isLeftOutside ? now : Math.min(latest, bot.leaveAt ?? latest);
  return { instance: bot, patch: { succeededBy, leaveAt } };
}

/** The instance ends, and its meetings are moved to the one that is there. */
function giveWay(
  instance: BotInstance,
  { claimToken }: Patch,
  winner: BotInstance,
  { session }: RoomFacts,
  { now, rules }: Surroundings,
): SeatDecision {
  const patch: Patch = {
    ...ended(now),
    status: "cancelled",
    claimToken,
    mergedInto: winner.id,
    ...(hasLinks(instance) && { wakeAt: now }),
  };
  const wish = unite([wishOf(winner), wishOf(instance)], rules.recordingFormats);
  // A bot that is there keeps its start: one that was asked for "now" has none.
  const { startAt: _, ...shared } = fulfil(winner, wish);
  const wantedLinks = winner.wantedLinks + instance.wantedLinks;
  const change = { instance: winner, patch: { ...shared, wantedLinks, updatedAt: now } };
  const settled = settleSeat(session, { ...instance, ...patch }, now);
  return { patch, changed: [change], session: settleSeat(settled, afterChange(change), now) };
}

/** Whether others made it: it has no meetings that could be moved. */
function isOthers(instance: BotInstance): boolean {
  return instance.requestHash === undefined && !hasLinks(instance);
}

function waitForRoom({ id }: BotInstance, wakeAt: Instant, now: Instant): Patch {
  const message = `The bot instance ${id} is in this room already: this one waits for what becomes of it.`;
  return { wakeAt, updatedAt: now, error: { ...failure("BOT_BUSY", "request", message), at: now } };
}
