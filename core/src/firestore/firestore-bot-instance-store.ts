import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import type { LeaseRules } from "../bot-instance/lease.ts";
import type { FinishedRecording } from "../import/finished-recording.ts";
import type { ServeEvent } from "../meeting/serve.ts";
import type {
  BotInstanceStore,
  Decide,
  ImportOutcome,
  Outcome,
  QueuedInstance,
  ServeOutcome,
} from "../ports/bot-instance-store.ts";
import type { Naming } from "../settings/naming.ts";
import { type Instant, isTimestamp } from "../time.ts";
import { BOT_INSTANCES, Documents } from "./documents.ts";
import { importRecording } from "./import-recording.ts";
import { readOutbox } from "./outbox.ts";
import { readEntry } from "./room-entry.ts";
import { serveMeeting } from "./serve-meeting.ts";
import { readSettlement } from "./settlement.ts";
import { atomically } from "./unit-of-work.ts";

/** Bot instances in a Firestore database. */
export class FirestoreBotInstanceStore implements BotInstanceStore {
  readonly #firestore: Firestore;
  readonly #documents: Documents;
  /** Where a page ended: an instance has its instants in milliseconds, its document may be finer. */
  readonly #cursors = new WeakMap<BotInstance, DocumentSnapshot>();

  constructor(firestore: Firestore, naming: Naming, rules: LeaseRules) {
    this.#firestore = firestore;
    this.#documents = new Documents(firestore, naming, rules);
  }

  transact(id: string, decide: Decide): Promise<Outcome> {
    const documents = this.#documents;
    return atomically(this.#firestore, async (unit) => {
      const found = await documents.findInstance(unit, id);
      if (!found) return { ok: false, reason: "not-found" };
      const { instance, snapshot } = found;
      const at = documents.surroundings(snapshot);
      const decision = decide(instance, at);
      if (!decision.ok) return { ...decision, instance };
      if (Object.keys(decision.patch).length === 0) return { ok: true, instance };
      const entry = await readEntry(documents, unit, instance, decision.patch, at.now);
      const after = { ...instance, ...entry.patch };
      const isErased = after.recordingErasedAt !== instance.recordingErasedAt;
      const settles = isTerminal(after) && (!isTerminal(instance) || isErased);
      const [settle, post] = await Promise.all([
        settles && readSettlement(documents, unit, after, at.now),
        readOutbox(documents, unit, [{ before: instance, after }], at.now),
      ]);
      documents.changeInstance(unit, found, entry.patch, at.now);
      entry.takeSeat?.();
      if (settle) settle();
      post();
      return { ok: true, instance: after };
    });
  }

  serve(meetingPath: string, event: ServeEvent): Promise<ServeOutcome> {
    return atomically(this.#firestore, (unit) =>
      serveMeeting(this.#documents, unit, meetingPath, event),
    );
  }

  importRecording(recording: FinishedRecording, newMeetingPath: string): Promise<ImportOutcome> {
    return atomically(this.#firestore, (unit) =>
      importRecording(this.#documents, unit, recording, newMeetingPath),
    );
  }

  async find(id: string): Promise<BotInstance | undefined> {
    return this.#documents.parse(await this.#documents.instanceRef(id).get());
  }

  async findDue(now: Instant, limit: number, after?: BotInstance): Promise<BotInstance[]> {
    const due = this.#firestore
      .collection(BOT_INSTANCES)
      .where("wake_at", "<=", new Date(now))
      .orderBy("wake_at")
      .orderBy("__name__")
      .limit(limit);
    const cursor = after && this.#cursors.get(after);
    if (after && !cursor) throw new TypeError("`after` is not an instance that was found here.");
    const { docs } = await (cursor ? due.startAfter(cursor) : due).get();
    return docs.flatMap((snapshot) => {
      const instance = this.#documents.parse(snapshot);
      if (instance) this.#cursors.set(instance, snapshot);
      return instance ?? [];
    });
  }

  async findQueued(limit: number, after?: string): Promise<QueuedInstance[]> {
    const { instanceStatusField, instanceStatus } = this.#documents.naming;
    const queued = this.#firestore
      .collection(BOT_INSTANCES)
      .where(instanceStatusField, "==", instanceStatus.queued)
      .orderBy("__name__")
      .select("wake_at")
      .limit(limit);
    const { docs } = await (after === undefined ? queued : queued.startAfter(after)).get();
    return docs.map((snapshot) => {
      const wakeAt: unknown = snapshot.get("wake_at");
      return { id: snapshot.id, ...(isTimestamp(wakeAt) && { wakeAt: wakeAt.toMillis() }) };
    });
  }
}
