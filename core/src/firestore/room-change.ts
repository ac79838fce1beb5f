import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import type { Change } from "../bot-instance/change.ts";
import type { Patch, Surroundings } from "../bot-instance/transition.ts";
import { claimSeat } from "../session/claim-seat.ts";
import { endSeat, hasTakenOver, tellToLeave } from "../session/end-seat.ts";
import { sessionKeyNeededBy } from "../session/seat-needed.ts";
import { currentIn, type Session, seatsOf } from "../session/session.ts";
import { SECOND } from "../time.ts";
import type { Documents, Found } from "./documents.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/** What a change of an instance comes to, with what it changes in its room. */
export interface RoomChange {
  patch: Patch;
  changed: Change[];
  /** The other instances that were read. */
  found: ReadonlyMap<string, Found>;
  sessions: Record<string, Session>;
}

/** Reads the room that a claim, an end, or a bot that takes over has to do with; other changes have none. */
export async function readRoomChange(
  documents: Documents,
  unit: UnitOfWork,
  instance: BotInstance,
  patch: Patch,
  at: Surroundings,
): Promise<RoomChange> {
  const found = new Map<string, Found>();
  const find = async (id: string | undefined): Promise<BotInstance | undefined> => {
    const other = id === undefined ? undefined : await documents.findInstance(unit, id);
    if (id !== undefined && other) found.set(id, other);
    return other?.instance;
  };
  const after = { ...instance, ...patch };
  const none = { patch, changed: [], found, sessions: {} };
  const key = sessionKeyNeededBy(instance, documents.rules);
  if (key === undefined) return none;
  if (instance.status === "queued" && patch.status === "processing") {
    const facts = await readRoom(documents, unit, instance, key, at, find);
    const { session, ...decided } = claimSeat(instance, patch, facts, at);
    const entered = {
      ...decided.patch,
      ...(instance.sessionKey === undefined && ofRoom(instance, key)),
    };
    return { ...none, ...decided, patch: entered, sessions: { [key]: session } };
  }
  if (isTerminal(after) && !isTerminal(instance)) {
    const [session, older] = await Promise.all([
      documents.readSession(unit, key),
      find(after.takesOverFrom),
    ]);
    const end = endSeat(after, session, older, at.now);
    const sessions = end.session === session ? {} : { [key]: end.session };
    return { ...none, changed: end.changed, sessions };
  }
  if (instance.handedOverAt === undefined && hasTakenOver(after, at.now)) {
    const changed = tellToLeave(await find(after.takesOverFrom), at.now);
    return { ...none, patch: { ...patch, handedOverAt: at.now }, changed };
  }
  return none;
}

async function readRoom(
  documents: Documents,
  unit: UnitOfWork,
  instance: BotInstance,
  key: string,
  { now, rules }: Surroundings,
  find: (id: string | undefined) => Promise<BotInstance | undefined>,
) {
  const session = await documents.readSession(unit, key);
  const occasion = { ...instance, anchorAt: instance.anchorAt ?? instance.startAt };
  const twinIds = seatsOf(session, occasion)
    .map(({ instanceId }) => instanceId)
    .filter((id) => id !== instance.id);
  const dueBy = now + rules.joinLeadSeconds * SECOND;
  const [current, ...twins] = await Promise.all([currentIn(session, dueBy), ...twinIds].map(find));
  const older = await find(current?.takesOverFrom);
  return { session, current, older, twins: twins.filter((twin) => twin !== undefined) };
}

/** What an instance that others made is given with its seat. */
function ofRoom({ anchorAt, startAt }: BotInstance, sessionKey: string): Patch {
  const anchor = anchorAt ?? startAt;
  return { sessionKey, ...(anchor !== undefined && { anchorAt: anchor }) };
}
