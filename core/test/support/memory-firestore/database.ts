import { Timestamp } from "@google-cloud/firestore";
import type { Instant } from "../../../src/time.ts";
import { mintedId, parentOf } from "./names.ts";
import type { Fields } from "./values.ts";
import { applyWrites, type Write } from "./writes.ts";

/** A document as it is stored. One that changes is replaced, so that what was read stays as it was. */
export interface StoredDocument {
  readonly path: string;
  readonly fields: Fields;
  readonly createTime: Timestamp;
  readonly updateTime: Timestamp;
}

/** What a commit has changed in one document. */
export interface WriteEvent {
  path: string;
  /** The fields before and after; undefined where there was, or is, no document. */
  before: Fields | undefined;
  after: Fields | undefined;
  at: Instant;
}

/** What the service would bill: https://firebase.google.com/docs/firestore/pricing#operations */
export interface Counts {
  reads: number;
  writes: number;
  deletes: number;
}

/** How a database is made. */
export interface DatabaseOptions {
  /** The clock of the service. */
  now(): Instant;
  /** Is told of each document that a commit has changed, before the answer to the commit is sent. */
  onWrite?: ((event: WriteEvent) => void) | undefined;
}

const MICROS = 1000;
const MICROS_OF_SECOND = 1_000_000;

/** The documents, and the clock that they are stamped by. */
export class MemoryDatabase {
  readonly counts: Counts = { reads: 0, writes: 0, deletes: 0 };
  readonly #options: DatabaseOptions;
  readonly #collections = new Map<string, Map<string, StoredDocument>>();
  #lastMicros = 0;
  #minted = 0;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  /** The document at a path, now. */
  find(path: string): StoredDocument | undefined {
    return this.#collections.get(parentOf(path))?.get(path);
  }

  /** The documents of one collection, in no order. */
  collection(path: string): Iterable<StoredDocument> {
    return this.#collections.get(path)?.values() ?? [];
  }

  /** The paths of the collections that have documents. */
  collectionPaths(): Iterable<string> {
    return this.#collections.keys();
  }

  /** The instant of a read: no earlier than what was written last. */
  readTime(): Timestamp {
    return timestampOf(Math.max(this.#options.now() * MICROS, this.#lastMicros));
  }

  mintId(): string {
    this.#minted += 1;
    return mintedId(this.#minted);
  }

  /** Makes all writes, or throws and makes none; gives when each document has changed last. */
  commit(writes: readonly Write[]): Timestamp[] {
    const micros = Math.max(this.#options.now() * MICROS, this.#lastMicros + 1);
    const at = timestampOf(micros);
    const changes = applyWrites((path) => this.find(path), writes, at);
    this.#lastMicros = micros;
    this.#count(writes);
    const events: WriteEvent[] = [];
    for (const [path, { before, after }] of changes) {
      if (before === after) continue;
      this.#store(path, after);
      events.push({ path, before: before?.fields, after: after?.fields, at: at.toMillis() });
    }
    for (const event of events) this.#options.onWrite?.(event);
    return writes.map(({ path }) => changes.get(path)?.after?.updateTime ?? at);
  }

  #store(path: string, document: StoredDocument | undefined): void {
    const parent = parentOf(path);
    const collection = this.#collections.get(parent);
    if (document && collection) collection.set(path, document);
    else if (document) this.#collections.set(parent, new Map([[path, document]]));
    else if (collection?.delete(path) && collection.size === 0) this.#collections.delete(parent);
  }

  #count(writes: readonly Write[]): void {
    const deletes = writes.filter(({ kind }) => kind === "delete").length;
    this.counts.deletes += deletes;
    this.counts.writes += writes.length - deletes;
  }
}

function timestampOf(micros: number): Timestamp {
  const seconds = Math.floor(micros / MICROS_OF_SECOND);
  return new Timestamp(seconds, (micros - seconds * MICROS_OF_SECOND) * MICROS);
}
