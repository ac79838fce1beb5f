import type { DocumentSnapshot } from "@google-cloud/firestore";
import type { BotInstance } from "../bot-instance/bot-instance.ts";
import { summarize } from "../meeting/recording-summary.ts";
import { settleSeat } from "../session/session.ts";
import type { Instant } from "../time.ts";
import type { Documents } from "./documents.ts";
import { type DocumentFields, toFields } from "./fields.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/**
 * Reads what an instance's end changes besides itself; the result writes it. A transaction holds
 * 10 MiB and no fixed number of writes (https://firebase.google.com/docs/firestore/quotas): at most
 * some 4 KiB for each meeting, that is more than 2,000 meetings.
 */
export async function readSettlement(
  documents: Documents,
  unit: UnitOfWork,
  ended: BotInstance,
  now: Instant,
): Promise<() => void> {
  const { firestore, naming } = documents;
  const refs = ended.meetings.map((path) => firestore.doc(path));
  const meetings = refs.length > 0 ? await unit.getAll(...refs) : [];
  const { sessionKey } = ended;
  const session = sessionKey ? await documents.readSession(unit, sessionKey) : undefined;
  return () => {
    // A meeting may have been deleted meanwhile, or linked to another bot.
    const linked = meetings.filter(
      (meeting) => meeting.get(naming.meeting.instanceField) === ended.id,
    );
    for (const meeting of linked) unit.update(meeting.ref, settledFields(meeting, ended));
    if (sessionKey && session) {
      documents.writeSession(unit, sessionKey, settleSeat(session, ended, now));
    }
  };
}

/** What the meeting asked for when it was linked stays; it may ask for something else by now. */
function settledFields(meeting: DocumentSnapshot, ended: BotInstance): DocumentFields {
  const hash: unknown = meeting.get("recording.request_hash");
  const requestHash = typeof hash === "string" ? hash : undefined;
  return { recording: toFields({ ...summarize(ended), requestHash }) };
}
