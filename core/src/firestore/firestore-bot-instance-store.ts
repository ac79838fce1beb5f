import type {
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Transaction,
} from "@google-cloud/firestore";
import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import type { LeaseRules } from "../bot-instance/lease.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { type EnqueueEvent, type EnqueueFacts, enqueue } from "../meeting/enqueue.ts";
import { parseMeeting } from "../meeting/meeting.ts";
import { summarize } from "../meeting/recording-summary.ts";
import type {
  BotInstanceStore,
  Decide,
  EnqueueOutcome,
  Outcome,
} from "../ports/bot-instance-store.ts";
import {
  findSeat,
  occurrenceKeyOf,
  type Session,
  sessionKeyOf,
  settleSeat,
} from "../session/session.ts";
import type { Naming } from "../settings/naming.ts";
import type { Instant } from "../time.ts";
import { type BotInstanceDocument, botInstanceDocument } from "./bot-instance-document.ts";
import { type DocumentFields, fromFields, toFields } from "./fields.ts";

/** The collections that are ours. */
export const BOT_INSTANCES = "bot_instances";
export const BOT_SESSIONS = "bot_sessions";

/** Bot instances in a Firestore database. */
export class FirestoreBotInstanceStore implements BotInstanceStore {
  readonly #firestore: Firestore;
  readonly #naming: Naming;
  readonly #rules: LeaseRules;
  readonly #document: BotInstanceDocument;

  constructor(firestore: Firestore, naming: Naming, rules: LeaseRules) {
    this.#firestore = firestore;
    this.#naming = naming;
    this.#rules = rules;
    this.#document = botInstanceDocument(naming, rules.maxAttempts);
  }

  transact(id: string, decide: Decide): Promise<Outcome> {
    return this.#firestore.runTransaction(async (transaction) => {
      const ref = this.#instanceRef(id);
      const snapshot = await transaction.get(ref);
      const instance = this.#parse(snapshot);
      if (!instance) return { ok: false, reason: "not-found" };
      const at = this.#surroundings(snapshot);
      const decision = decide(instance, at);
      if (!decision.ok) return { ...decision, instance };
      if (Object.keys(decision.patch).length === 0) return { ok: true, instance };
      const changed = { ...instance, ...decision.patch };
      const settle =
        isTerminal(changed) && !isTerminal(instance)
          ? await this.#readSettlement(transaction, changed, at.now)
          : undefined;
      transaction.set(ref, this.#document.patch(snapshot.data() ?? {}, decision.patch));
      settle?.();
      return { ok: true, instance: changed };
    });
  }

  enqueue(meetingPath: string, event: EnqueueEvent): Promise<EnqueueOutcome> {
    return this.#firestore.runTransaction(async (transaction) => {
      const meetingRef = this.#firestore.doc(meetingPath);
      const snapshot = await transaction.get(meetingRef);
      if (!snapshot.exists) return { kind: "ignored", reason: "no-meeting" };
      const at = this.#surroundings(snapshot);
      const facts = await this.#readFacts(transaction, snapshot, at.now + event.joinLeadMs);
      const decision = enqueue(facts, event, at);
      if (decision.kind === "ignored") return decision;
      if (decision.kind === "repeated") {
        const instance = facts.linked;
        return instance
          ? { kind: "created", instance }
          : { kind: "ignored", reason: "already-linked" };
      }
      const { instance } = decision;
      if (decision.kind === "join") {
        transaction.update(this.#instanceRef(instance.id), { meetings: instance.meetings });
      } else {
        this.#create(transaction, instance, facts.sessionKey, decision.session);
      }
      transaction.update(meetingRef, this.#meetingFields(instance, true));
      return { kind: decision.kind === "join" ? "joined" : "created", instance };
    });
  }

  async findDue(now: Instant, limit: number, after?: BotInstance): Promise<BotInstance[]> {
    const due = this.#firestore
      .collection(BOT_INSTANCES)
      .where("wake_at", "<=", new Date(now))
      .orderBy("wake_at")
      .orderBy("__name__")
      .limit(limit);
    const page =
      after?.wakeAt === undefined ? due : due.startAfter(new Date(after.wakeAt), after.id);
    const { docs } = await page.get();
    return docs.flatMap((snapshot) => this.#parse(snapshot) ?? []);
  }

  async #readFacts(
    transaction: Transaction,
    snapshot: DocumentSnapshot,
    dueBy: Instant,
  ): Promise<EnqueueFacts> {
    const meetingPath = snapshot.ref.path;
    const meeting = parseMeeting(snapshot.data() ?? {}, this.#naming.meeting);
    const sessionKey = sessionKeyOf(meeting, meetingPath);
    const session = await this.#readSession(transaction, sessionKey);
    const seat = findSeat(session, occurrenceKeyOf(meeting), dueBy);
    const [linked, seated] = await Promise.all([
      meeting.botInstanceId && this.#readInstance(transaction, meeting.botInstanceId),
      seat && this.#readInstance(transaction, seat.instanceId),
    ]);
    return { meetingPath, meeting, sessionKey, session, linked: linked || undefined, seated };
  }

  #create(
    transaction: Transaction,
    instance: BotInstance,
    sessionKey: string,
    session: Session | undefined,
  ): void {
    transaction.create(this.#instanceRef(instance.id), this.#document.patch({}, instance));
    if (session) transaction.set(this.#sessionRef(sessionKey), toFields(session));
  }

  /** Reads what an instance's end changes besides itself; the result writes it. */
  async #readSettlement(
    transaction: Transaction,
    ended: BotInstance,
    now: Instant,
  ): Promise<() => void> {
    const meetingRefs = ended.meetings.map((path) => this.#firestore.doc(path));
    const meetings = meetingRefs.length > 0 ? await transaction.getAll(...meetingRefs) : [];
    const session = ended.sessionKey && (await this.#readSession(transaction, ended.sessionKey));
    return () => {
      // A meeting may have been deleted meanwhile, or linked to another bot.
      const linked = meetings.filter(
        (meeting) => meeting.get(this.#naming.meeting.instanceField) === ended.id,
      );
      for (const { ref } of linked) transaction.update(ref, this.#meetingFields(ended, false));
      if (session && ended.sessionKey) {
        const settled = settleSeat(session, ended, now);
        transaction.set(this.#sessionRef(ended.sessionKey), toFields(settled));
      }
    };
  }

  async #readInstance(transaction: Transaction, id: string): Promise<BotInstance | undefined> {
    return this.#parse(await transaction.get(this.#instanceRef(id)));
  }

  async #readSession(transaction: Transaction, key: string): Promise<Session> {
    const snapshot = await transaction.get(this.#sessionRef(key));
    return snapshot.exists
      ? (fromFields(snapshot.data() ?? {}) as unknown as Session)
      : { seats: {} };
  }

  /** The fields of a meeting that are ours. */
  #meetingFields(instance: BotInstance, link: boolean): DocumentFields {
    const recording = toFields(summarize(instance));
    return link ? { [this.#naming.meeting.instanceField]: instance.id, recording } : { recording };
  }

  #parse(snapshot: DocumentSnapshot): BotInstance | undefined {
    const fields = snapshot.data();
    const createdAt = snapshot.createTime?.toMillis() ?? 0;
    return fields && this.#document.parse(snapshot.id, fields, createdAt);
  }

  #surroundings({ readTime }: DocumentSnapshot): Surroundings {
    return { now: readTime.toMillis(), rules: this.#rules };
  }

  #instanceRef(id: string): DocumentReference {
    return this.#firestore.collection(BOT_INSTANCES).doc(id);
  }

  #sessionRef(key: string): DocumentReference {
    return this.#firestore.collection(BOT_SESSIONS).doc(key);
  }
}
