import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import { afterChange, hasLinks } from "../bot-instance/change.ts";
import type { LeaseRules } from "../bot-instance/lease.ts";
import type { Patch } from "../bot-instance/transition.ts";
import type { FinishedRecording } from "../import/finished-recording.ts";
import type { ServeEvent } from "../meeting/enqueue.ts";
import type {
  BotInstanceStore,
  Decide,
  ImportOutcome,
  Outcome,
  QueuedInstance,
  ServeOutcome,
  Told,
} from "../ports/bot-instance-store.ts";
import type { Naming } from "../settings/naming.ts";
import { type Instant, isTimestamp } from "../time.ts";
import { BOT_INSTANCES, Documents } from "./documents.ts";
import { importRecording } from "./import-recording.ts";
import { readOutbox } from "./outbox.ts";
import { readRoomChange } from "./room-change.ts";
import { releaseFormer, serveMeeting, writePlan } from "./serve-meeting.ts";
import { isUnwritable, tellMeetings } from "./tell-meetings.ts";
import { atomically, type Sleep, type UnitOfWork } from "./unit-of-work.ts";

/** Bot instances in a Firestore database. */
export class FirestoreBotInstanceStore implements BotInstanceStore {
  readonly #firestore: Firestore;
  readonly #documents: Documents;
  readonly #sleep: Sleep | undefined;
  /** Where a page ended: an instance has its instants in milliseconds, its document may be finer. */
  readonly #cursors = new WeakMap<BotInstance, DocumentSnapshot>();

  /** `sleep` is how transactions that are repeated wait, in milliseconds. */
  constructor(firestore: Firestore, naming: Naming, rules: LeaseRules, sleep?: Sleep) {
    this.#firestore = firestore;
    this.#sleep = sleep;
    this.#documents = new Documents(firestore, naming, rules);
  }

  transact(id: string, decide: Decide): Promise<Outcome> {
    const documents = this.#documents;
    return this.#atomically(async (unit) => {
      const found = await documents.findInstance(unit, id);
      if (!found) return { ok: false, reason: "not-found" };
      const { instance, snapshot } = found;
      const at = documents.surroundings(snapshot);
      const decision = decide(instance, at);
      if (!decision.ok) return { ...decision, instance };
      if (Object.keys(decision.patch).length === 0) return { ok: true, instance };
      const room = await readRoomChange(documents, unit, instance, decision.patch, at);
      const patch = { ...room.patch, ...untold(instance, room.patch, at.now) };
      const after = { ...instance, ...patch };
      const others = room.changed.map((change) => ({
        before: change.instance,
        after: afterChange(change),
      }));
      const post = await readOutbox(
        documents,
        unit,
        [{ before: instance, after }, ...others],
        at.now,
      );
      documents.changeInstance(unit, found, patch, at.now);
      writePlan(documents, unit, room.found, { ...room, links: [] }, at.now);
      post();
      return { ok: true, instance: after };
    });
  }

  async serve(meetingPath: string, event: ServeEvent): Promise<ServeOutcome> {
    const served = await this.#serve(meetingPath, event);
    // Afterwards: whoever has given it another bot meanwhile may not have known of the former one.
    if (event.formerInstanceId !== undefined) await this.#releaseFormer(meetingPath, event);
    return served;
  }

  async #serve(meetingPath: string, event: ServeEvent): Promise<ServeOutcome> {
    const serve = (isReadOnly: boolean) =>
      this.#atomically((unit) =>
        serveMeeting(this.#documents, unit, meetingPath, event, isReadOnly),
      );
    try {
      return await serve(false);
    } catch (error) {
      if (!isUnwritable(error)) throw error;
      return serve(true);
    }
  }

  tellMeetings(id: string): Promise<Told> {
    return tellMeetings(this.#documents, id, this.#sleep);
  }

  importRecording(recording: FinishedRecording, newMeetingPath: string): Promise<ImportOutcome> {
    return this.#atomically((unit) =>
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

  #atomically<T>(body: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    return atomically(this.#firestore, body, this.#sleep);
  }

  /** A document that has another bot by now, or is another one, no longer wants the one that it had. */
  async #releaseFormer(meetingPath: string, event: ServeEvent): Promise<void> {
    await this.#atomically((unit) => releaseFormer(this.#documents, unit, meetingPath, event));
  }
}

/** An instance that ends, or whose recording is erased, is looked at until all its meetings know. */
function untold(before: BotInstance, patch: Patch, now: Instant): Patch {
  const after = { ...before, ...patch };
  const isNews = !isTerminal(before) || after.recordingErasedAt !== before.recordingErasedAt;
  return isTerminal(after) && isNews && hasLinks(after) ? { wakeAt: now } : {};
}
