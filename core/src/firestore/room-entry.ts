import type { BotInstance } from "../bot-instance/bot-instance.ts";
import type { Patch } from "../bot-instance/transition.ts";
import { enterRoom, seatNeededBy } from "../session/enter-room.ts";
import { findSeat, takeSeat } from "../session/session.ts";
import type { Instant } from "../time.ts";
import type { Documents } from "./documents.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/** A change to an instance, with what it writes to the lock of its room. */
export interface Entry {
  patch: Patch;
  takeSeat?: () => void;
}

/** Reads the lock that a claim of an instance that others made has to respect; other changes stay as they are. */
export async function readEntry(
  documents: Documents,
  unit: UnitOfWork,
  instance: BotInstance,
  patch: Patch,
  now: Instant,
): Promise<Entry> {
  const isClaim = instance.status === "queued" && patch.status === "processing";
  const seat = isClaim ? seatNeededBy(instance, documents.rules) : undefined;
  if (!seat) return { patch };
  const session = await documents.readSession(unit, seat.sessionKey);
  const taken = findSeat(session, seat.occurrenceKey, now);
  const seated = taken && (await documents.findInstance(unit, taken.instanceId));
  const entered = enterRoom(patch, seat, seated?.instance, now);
  if (entered.sessionKey === undefined) return { patch: entered };
  const after = { ...instance, ...entered };
  return {
    patch: entered,
    takeSeat: () => documents.writeSession(unit, seat.sessionKey, takeSeat(session, after, now)),
  };
}
