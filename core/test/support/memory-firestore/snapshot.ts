import type { Timestamp } from "@google-cloud/firestore";
import type { StoredDocument } from "./database.ts";
import { masked, namesOf, valueAt } from "./field-path.ts";
import type { MemoryDocumentReference } from "./references.ts";
import type { Fields, Value } from "./values.ts";

/** A document as it was read; its data are frozen, where the client would give a copy. */
export class MemoryDocumentSnapshot {
  readonly ref: MemoryDocumentReference;
  readonly exists: boolean;
  readonly readTime: Timestamp;
  readonly createTime: Timestamp | undefined;
  readonly updateTime: Timestamp | undefined;
  readonly #fields: Fields | undefined;

  constructor(
    ref: MemoryDocumentReference,
    document: StoredDocument | undefined,
    readTime: Timestamp,
    mask?: readonly (readonly string[])[],
  ) {
    this.ref = ref;
    this.exists = document !== undefined;
    this.readTime = readTime;
    this.createTime = document?.createTime;
    this.updateTime = document?.updateTime;
    this.#fields = document && (mask ? masked(document.fields, mask) : document.fields);
  }

  get id(): string {
    return this.ref.id;
  }

  data(): Fields | undefined {
    return this.#fields;
  }

  get(path: string): Value | undefined {
    const names = namesOf(path);
    return this.#fields && valueAt(this.#fields, names);
  }
}
