import type { DocumentReference, DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import type { BotInstance } from "../bot-instance/bot-instance.ts";
import { historyOf } from "../bot-instance/history.ts";
import type { LeaseRules } from "../bot-instance/lease.ts";
import type { Patch, Surroundings } from "../bot-instance/transition.ts";
import { isDocumentId } from "../document-ids.ts";
import { EMPTY_SESSION, readSession, type Session } from "../session/session.ts";
import type { Naming } from "../settings/naming.ts";
import { type Instant, SECOND } from "../time.ts";
import { type BotInstanceDocument, botInstanceDocument } from "./bot-instance-document.ts";
import { fromFields, toFields } from "./fields.ts";
import { BOT_INSTANCES, LinkDocuments } from "./link-documents.ts";
import type { UnitOfWork } from "./unit-of-work.ts";
import { WebhookDocuments } from "./webhook-documents.ts";

/** The collections that are ours. */
export { BOT_INSTANCES } from "./link-documents.ts";
export const BOT_SESSIONS = "bot_sessions";
export const BOT_EVENTS = "bot_events";

/** An instance as a unit has read it, with its document. */
export interface Found {
  instance: BotInstance;
  snapshot: DocumentSnapshot;
}

/** Our documents, read and written inside transactions. */
export class Documents {
  readonly firestore: Firestore;
  readonly naming: Naming;
  readonly rules: LeaseRules;
  readonly webhooks: WebhookDocuments;
  readonly links: LinkDocuments;
  readonly #document: BotInstanceDocument;

  constructor(firestore: Firestore, naming: Naming, rules: LeaseRules) {
    this.firestore = firestore;
    this.naming = naming;
    this.rules = rules;
    this.webhooks = new WebhookDocuments(firestore);
    this.links = new LinkDocuments(firestore);
    this.#document = botInstanceDocument(naming, rules.maxAttempts);
  }

  instanceRef(id: string): DocumentReference {
    return this.firestore.collection(BOT_INSTANCES).doc(id);
  }

  /** Reads an instance; undefined when there is none. `id` may be whatever a user wrote. */
  async findInstance(unit: UnitOfWork, id: string): Promise<Found | undefined> {
    if (!isDocumentId(id)) return undefined;
    const snapshot = await unit.get(this.instanceRef(id));
    const instance = this.parse(snapshot);
    return instance && { instance, snapshot };
  }

  /** Changes an instance, and notes it in its history. */
  changeInstance(unit: UnitOfWork, found: Found, patch: Patch, now: Instant): BotInstance {
    const { instance, snapshot } = found;
    const after = { ...instance, ...patch };
    // Only what is ours: any name that others gave a field would be read as a path.
    unit.update(snapshot.ref, this.#document.patch({}, patch), this.#document.removedBy(patch));
    this.#note(unit, instance, after, now);
    return after;
  }

  createInstance(unit: UnitOfWork, instance: BotInstance, now: Instant): void {
    unit.create(this.instanceRef(instance.id), this.#document.patch({}, instance));
    this.#note(unit, undefined, instance, now);
  }

  /** Reads the lock of a room; one that was never taken has no seats. */
  async readSession(unit: UnitOfWork, key: string): Promise<Session> {
    const snapshot = await unit.get(this.#sessionRef(key));
    const fields = snapshot.data();
    const dueBy = snapshot.readTime.toMillis() + this.rules.joinLeadSeconds * SECOND;
    return fields ? readSession(fromFields(fields), dueBy) : EMPTY_SESSION;
  }

  writeSession(unit: UnitOfWork, key: string, session: Session): void {
    unit.set(this.#sessionRef(key), toFields(session));
  }

  parse(snapshot: DocumentSnapshot): BotInstance | undefined {
    const fields = snapshot.data();
    const createdAt = snapshot.createTime?.toMillis() ?? 0;
    return fields && this.#document.parse(snapshot.id, fields, createdAt);
  }

  /** The server's clock, as it was when it gave the document. */
  surroundings({ readTime }: DocumentSnapshot): Surroundings {
    return { now: readTime.toMillis(), rules: this.rules };
  }

  #note(unit: UnitOfWork, before: BotInstance | undefined, after: BotInstance, now: Instant): void {
    const entry = historyOf(before, after, now, this.rules.historyDays);
    if (!entry) return;
    unit.create(this.instanceRef(after.id).collection(BOT_EVENTS).doc(), toFields(entry));
  }

  #sessionRef(key: string): DocumentReference {
    return this.firestore.collection(BOT_SESSIONS).doc(key);
  }
}
