import { Timestamp } from "@google-cloud/firestore";
import type { MemoryFirestore } from "./client.ts";
import { ServiceError } from "./errors.ts";
import { isFields, namesOf } from "./field-path.ts";
import { passing } from "./gate.ts";
import type { MemoryDocumentReference } from "./references.ts";
import { checkedFieldName, isRemoval, toStored, toStoredFields } from "./values.ts";
import type { FieldChange, Precondition, Write } from "./writes.ts";

/** When a write was made. */
export interface WriteResult {
  readonly writeTime: Timestamp;
}

/** Writes that are made together, or not at all. */
export class MemoryWriteBatch {
  readonly #firestore: MemoryFirestore;
  readonly #writes: Write[] = [];
  #isCommitted = false;
  #refusal: ServiceError | undefined;

  constructor(firestore: MemoryFirestore) {
    this.#firestore = firestore;
  }

  create({ path }: MemoryDocumentReference, fields: object): this {
    const precondition = { exists: false };
    return this.#add(() => ({ kind: "set", path, precondition, fields: toStoredFields(fields) }));
  }

  set({ path }: MemoryDocumentReference, fields: object, options: { merge?: boolean } = {}): this {
    const precondition = {};
    return this.#add(() =>
      options.merge
        ? { kind: "merge", path, precondition, changes: leavesOf(fields, []) }
        : { kind: "set", path, precondition, fields: toStoredFields(fields) },
    );
  }

  update({ path }: MemoryDocumentReference, fields: object, precondition?: Precondition): this {
    const condition = precondition ? checked(precondition) : { exists: true };
    return this.#add(() => {
      const changes = changesOf(fields);
      return { kind: "merge", path, precondition: condition, changes };
    });
  }

  delete({ path }: MemoryDocumentReference, precondition: Precondition = {}): this {
    return this.#add(() => ({ kind: "delete", path, precondition: checked(precondition) }));
  }

  async commit(): Promise<WriteResult[]> {
    this.#isCommitted = true;
    const { gate, database } = this.#firestore;
    const paths = this.#writes.map(({ path }) => path);
    const times = await passing(gate, { kind: "commit", paths }, () => {
      if (this.#refusal) throw this.#refusal;
      return database.commit(this.#writes);
    });
    return times.map((writeTime) => ({ writeTime }));
  }

  /** What the client refuses is thrown here; what the service refuses, when it is asked. */
  #add(prepare: () => Write): this {
    if (this.#isCommitted) throw new Error("Cannot modify a WriteBatch that has been committed.");
    try {
      this.#writes.push(prepare());
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.#refusal ??= error;
    }
    return this;
  }
}

/** What an update writes, by dotted paths. */
function changesOf(fields: object): FieldChange[] {
  if (!isFields(fields)) throw new Error("update() of this Firestore takes a plain object.");
  const changes = Object.entries(fields).map(([name, value]): FieldChange => {
    const names = namesOf(name);
    names.forEach(checkedFieldName);
    return [names, isRemoval(value) ? undefined : toStored(value, names.length - 1)];
  });
  if (changes.length === 0) throw new Error("At least one field must be updated.");
  refuseConflicts(changes);
  return changes;
}

/** What a merge writes: each value that is no map, and each map that is empty. */
function leavesOf(fields: object, way: readonly string[]): FieldChange[] {
  return Object.entries(fields).flatMap(([name, value]): FieldChange[] => {
    const names = [...way, checkedFieldName(name)];
    if (isRemoval(value)) return [[names, undefined]];
    const isInner = isFields(value) && Object.keys(value).length > 0;
    return isInner ? leavesOf(value, names) : [[names, toStored(value, way.length)]];
  });
}

/** A path must not lead through another of the same update. */
function refuseConflicts(changes: readonly FieldChange[]): void {
  const paths = changes.map(([names]) => names.join("."));
  if (!paths.some((path) => path.includes("."))) return;
  const twice = paths.find((path) => paths.some((other) => other.startsWith(`${path}.`)));
  if (twice !== undefined) throw new Error(`Field "${twice}" was specified multiple times.`);
}

function checked(precondition: Precondition): Precondition {
  const { lastUpdateTime } = precondition;
  if (lastUpdateTime === undefined || lastUpdateTime instanceof Timestamp) return precondition;
  throw new Error('"lastUpdateTime" is not a Firestore Timestamp.');
}
