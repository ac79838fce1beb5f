import type {
  CollectionReference,
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Query,
} from "@google-cloud/firestore";
import {
  atomically,
  DAY,
  hashOf,
  type Instant,
  isDocumentId,
  type MeetingNaming,
  toFields,
} from "@meeting-bot/core";
import type { MeetingPlace } from "../meetings/meeting-place.ts";
import type {
  Changed,
  Created,
  DecideMeeting,
  IdempotencyKey,
  MeetingFilter,
  MeetingPage,
  MeetingStore,
  StoredMeeting,
} from "../meetings/meeting-store.ts";
import { shownFields } from "../meetings/shown-fields.ts";
import { FirestoreInstanceLinks } from "./firestore-instance-links.ts";

/** Which requests were made already, by organisation and key; Firestore deletes them by `expires_at`. */
export const IDEMPOTENCY_KEYS = "bot_idempotency_keys";

const ORGANIZATION = "creator_organization_id";

/** The meetings of the users in a Firestore database. */
export class FirestoreMeetingStore implements MeetingStore {
  readonly #firestore: Firestore;
  readonly #place: MeetingPlace;
  readonly #naming: MeetingNaming;
  readonly #shown: readonly string[];
  readonly #links: FirestoreInstanceLinks;

  constructor(firestore: Firestore, place: MeetingPlace, naming: MeetingNaming) {
    this.#firestore = firestore;
    this.#place = place;
    this.#naming = naming;
    this.#shown = shownFields(naming);
    this.#links = new FirestoreInstanceLinks(firestore);
  }

  create(
    organizationId: string,
    { id, fields }: Pick<StoredMeeting, "id" | "fields">,
    once?: IdempotencyKey,
  ): Promise<Created> {
    const meetingRef = this.#collection(organizationId).doc(id);
    const keyRef = once && this.#keyRef(organizationId, once.key);
    return atomically(this.#firestore, async (unit) => {
      const [meeting, earlier] = await unit.getAll(...[meetingRef, keyRef ?? []].flat());
      const now = meeting?.readTime.toMillis() ?? 0;
      const known = earlier && once && judge(earlier, once, meetingRef, now);
      if (known) return known;
      if (keyRef && once) unit.set(keyRef, noteOf(once, meetingRef, now));
      // There already when the commit was made and its answer lost.
      if (!meeting?.exists) unit.create(meetingRef, { ...fields });
      return { kind: "created", id };
    });
  }

  async find(organizationId: string, id: string): Promise<StoredMeeting | undefined> {
    if (!isDocumentId(id)) return undefined;
    const ref = this.#collection(organizationId).doc(id);
    const [snapshot] = await this.#firestore.getAll(ref, { fieldMask: [...this.#shown] });
    return snapshot && this.#read(organizationId, snapshot);
  }

  async list(organizationId: string, filter: MeetingFilter): Promise<MeetingPage> {
    const { after, limit } = filter;
    const sorted = this.#select(organizationId, filter)
      .select(...this.#shown)
      .orderBy("__name__")
      .limit(limit + 1);
    const { docs } = await (after === undefined ? sorted : sorted.startAfter(after)).get();
    const page = docs.slice(0, limit);
    const last = docs.length > limit ? page.at(-1)?.id : undefined;
    const meetings = page.flatMap((snapshot) => this.#read(organizationId, snapshot) ?? []);
    return { meetings, ...(last !== undefined && { last }) };
  }

  change<Refusal>(
    organizationId: string,
    id: string,
    decide: DecideMeeting<Refusal>,
  ): Promise<Changed<Refusal> | undefined> {
    return atomically(this.#firestore, async (unit) => {
      if (!isDocumentId(id)) return undefined;
      const snapshot = await unit.get(this.#collection(organizationId).doc(id));
      const meeting = this.#read(organizationId, snapshot);
      if (!meeting) return undefined;
      const decision = decide(meeting);
      if (!decision.ok) return decision;
      const patch = Object.entries(decision.patch);
      const set = Object.fromEntries(patch.filter(([, value]) => value !== undefined));
      const gone = patch.flatMap(([field, value]) => (value === undefined ? [field] : []));
      if (patch.length > 0) unit.update(snapshot.ref, set, gone);
      const kept = Object.entries(meeting.fields).filter(([field]) => !gone.includes(field));
      return { ok: true, meeting: { ...meeting, fields: { ...Object.fromEntries(kept), ...set } } };
    });
  }

  instancesOf(meeting: StoredMeeting): Promise<string[]> {
    return this.#links.instancesOf(meeting);
  }

  meetingsOf(instanceId: string): Promise<string[]> {
    return this.#links.meetingsOf(instanceId);
  }

  #collection(organizationId: string): CollectionReference {
    return this.#firestore.collection(this.#place.collectionOf(organizationId));
  }

  /** Equality alone: such filters go together without an index of their own. */
  #select(organizationId: string, { recordingStatus, meetingStatus }: MeetingFilter): Query {
    const conditions: [field: string, value: string | undefined][] = [
      [ORGANIZATION, this.#place.isShared ? organizationId : undefined],
      ["recording.status", recordingStatus],
      [this.#naming.statusField, meetingStatus],
    ];
    return conditions.reduce<Query>(
      (query, [field, value]) => (value === undefined ? query : query.where(field, "==", value)),
      this.#collection(organizationId),
    );
  }

  /** A meeting of the organisation; where it has a collection of its own a meeting need not say whose it is. */
  #read(organizationId: string, snapshot: DocumentSnapshot): StoredMeeting | undefined {
    const fields = snapshot.data();
    const named: unknown = fields?.[ORGANIZATION] ?? undefined;
    const isTheirs = named === organizationId || (named === undefined && !this.#place.isShared);
    const createdAt = snapshot.createTime?.toMillis() ?? 0;
    const { id, ref } = snapshot;
    return fields && isTheirs ? { id, path: ref.path, createdAt, fields } : undefined;
  }

  #keyRef(organizationId: string, key: string): DocumentReference {
    return this.#firestore.collection(IDEMPOTENCY_KEYS).doc(hashOf(organizationId, key));
  }
}

/** What an earlier request with the same key means for this one; nothing when it was too long ago. */
function judge(
  earlier: DocumentSnapshot,
  { requestHash }: IdempotencyKey,
  { path, id }: DocumentReference,
  now: Instant,
): Created | undefined {
  const expiresAt = earlier.get("expires_at")?.toMillis() ?? 0;
  if (expiresAt <= now) return undefined;
  if (earlier.get("request_hash") !== requestHash) return { kind: "key-reused" };
  const written = String(earlier.get("meeting_path"));
  if (written === path) return { kind: "created", id };
  return { kind: "replayed", id: written.slice(written.lastIndexOf("/") + 1) };
}

function noteOf({ requestHash }: IdempotencyKey, { path }: DocumentReference, now: Instant) {
  return toFields({ requestHash, meetingPath: path, createdAt: now, expiresAt: now + DAY });
}
