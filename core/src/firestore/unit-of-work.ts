import { setTimeout as pause } from "node:timers/promises";
import type {
  DocumentReference,
  DocumentSnapshot,
  FieldValue,
  Firestore,
  Query,
  ReadOptions,
  WriteBatch,
} from "@google-cloud/firestore";
import type { DocumentFields } from "./fields.ts";

/**
 * Reads and writes that take effect together, or not at all: each document that is written must be
 * as it was read. Nothing is locked meanwhile. Firestore's own transactions lock what they read, and
 * several that mean to write the same document then wait for each other until one is aborted: four
 * at once took 3.4 seconds on the local emulator.
 */
export class UnitOfWork {
  readonly #firestore: Firestore;
  readonly #batch: WriteBatch;
  /** Promises: two that ask for a document at the same time are to decide on the same state of it. */
  readonly #asked = new Map<string, Promise<DocumentSnapshot>>();
  readonly #known = new Map<string, DocumentSnapshot>();
  #writes = 0;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#batch = firestore.batch();
  }

  /** Reads a document; each at most once, so that everything is decided on the same state of it. */
  async get(ref: DocumentReference): Promise<DocumentSnapshot> {
    const [snapshot] = await this.getAll(ref);
    return snapshot as DocumentSnapshot;
  }

  async getAll(...refs: DocumentReference[]): Promise<DocumentSnapshot[]> {
    await this.#read(refs);
    return refs.map((ref) => this.#snapshotOf(ref));
  }

  /** Reads only these fields of a document, which may be as large as a user makes it. */
  async getFields(ref: DocumentReference, fieldMask: string[]): Promise<DocumentSnapshot> {
    await this.#read([ref], { fieldMask });
    return this.#snapshotOf(ref);
  }

  /**
   * Asks a query. What it finds is as it was read only while the document that counts it is: read that
   * first, and write it.
   */
  async query(query: Query): Promise<DocumentSnapshot[]> {
    return (await query.get()).docs;
  }

  async #read(refs: readonly DocumentReference[], options: ReadOptions = {}): Promise<void> {
    const unread = refs.filter(({ path }) => !this.#asked.has(path));
    if (unread.length > 0) {
      const reading = this.#firestore.getAll(...unread, options);
      // Whoever asks for one of them is told when they cannot be read.
      reading.catch(() => {});
      for (const [index, { path }] of unread.entries()) {
        const asked = reading.then((snapshots) => snapshots[index] as DocumentSnapshot);
        asked.catch(() => {});
        this.#asked.set(path, asked);
      }
    }
    for (const { path } of refs) {
      const asked = this.#asked.get(path);
      if (asked) this.#known.set(path, await asked);
    }
  }

  /** Makes a document; there must be none. */
  create(ref: DocumentReference, fields: DocumentFields): void {
    this.#writes += 1;
    this.#batch.create(ref, fields);
  }

  /** Replaces a document that was read, or makes it when there was none. */
  set(ref: DocumentReference, fields: DocumentFields): void {
    const before = this.#snapshotOf(ref).data();
    if (!before) {
      this.create(ref, fields);
      return;
    }
    const gone = Object.keys(before).filter((field) => !(field in fields));
    this.update(ref, fields, gone);
  }

  /** Replaces fields of a document that was read, and removes those that are `gone`. */
  update(ref: DocumentReference, fields: DocumentFields, gone: readonly string[] = []): void {
    const { updateTime } = this.#snapshotOf(ref);
    if (!updateTime) throw new Error(`${ref.path} is not there to be updated.`);
    const removed = Object.fromEntries(gone.map((field) => [field, removal(this.#firestore)]));
    this.#writes += 1;
    this.#batch.update(ref, { ...fields, ...removed }, { lastUpdateTime: updateTime });
  }

  /** Writes a document as a whole, whatever it is now: a document that was read and is written guards it. */
  put(ref: DocumentReference, fields: DocumentFields): void {
    this.#writes += 1;
    this.#batch.set(ref, fields);
  }

  /** Removes a document, whatever it is now. */
  remove(ref: DocumentReference): void {
    this.#writes += 1;
    this.#batch.delete(ref);
  }

  /** Writes everything. Rejects when a document is not as it was read. */
  async commit(): Promise<void> {
    if (this.#writes > 0) await this.#batch.commit();
  }

  #snapshotOf({ path }: DocumentReference): DocumentSnapshot {
    const snapshot = this.#known.get(path);
    if (!snapshot) throw new Error(`${path} is written without having been read.`);
    return snapshot;
  }
}

/**
 * gRPC codes after which the body runs again: a document was not as it was read (ALREADY_EXISTS,
 * NOT_FOUND, FAILED_PRECONDITION, ABORTED), or nobody knows what became of the commit (UNKNOWN,
 * DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE). In the latter case the body may meet its own write.
 */
const REPEATED: ReadonlySet<unknown> = new Set([6, 5, 9, 10, 2, 4, 13, 14]);
const MAX_TRIES = 25;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

/** Waits so many milliseconds. */
export type Sleep = (ms: number) => Promise<unknown>;

/** Runs `body` until what it writes could be committed on what it has read. It must have no other effect. */
export async function atomically<T>(
  firestore: Firestore,
  body: (unit: UnitOfWork) => Promise<T>,
  sleep: Sleep = pause,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const unit = new UnitOfWork(firestore);
    const result = await body(unit);
    try {
      await unit.commit();
      return result;
    } catch (error) {
      if (tries === MAX_TRIES || !REPEATED.has((error as { code?: unknown }).code)) throw error;
    }
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
    await sleep(longest * Math.random());
  }
}

/** The client's marker for a field to remove, from the client at hand: this package imports its types only. */
function removal(firestore: Firestore): FieldValue {
  const { FieldValue: values } = firestore.constructor as unknown as {
    FieldValue: { delete(): FieldValue };
  };
  return values.delete();
}
