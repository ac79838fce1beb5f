import { FieldPath, FieldValue, Timestamp } from "@google-cloud/firestore";
import type { MemoryDatabase } from "./database.ts";
import { namesOf } from "./field-path.ts";
import { type Gate, passing } from "./gate.ts";
import { checkName, lastIdOf } from "./names.ts";
import { comparePaths } from "./order.ts";
import { MemoryQuery } from "./query.ts";
import { MemoryCollectionReference, MemoryDocumentReference } from "./references.ts";
import { MemoryDocumentSnapshot } from "./snapshot.ts";
import { MemoryWriteBatch } from "./write-batch.ts";

interface ReadOptions {
  fieldMask?: readonly string[];
}

/** A client of the database: what it asks goes through its gate. */
export class MemoryFirestore {
  /** Reached through the constructor, as of the real client. */
  static readonly FieldValue = FieldValue;
  static readonly FieldPath = FieldPath;
  static readonly Timestamp = Timestamp;

  readonly database: MemoryDatabase;
  readonly gate: Gate | undefined;

  constructor(database: MemoryDatabase, gate?: Gate) {
    this.database = database;
    this.gate = gate;
  }

  doc(path: string): MemoryDocumentReference {
    return new MemoryDocumentReference(this, path);
  }

  collection(path: string): MemoryCollectionReference {
    return new MemoryCollectionReference(this, path);
  }

  collectionGroup(id: string): MemoryQuery {
    if (id.includes("/")) throw new Error("Collection IDs must not contain '/'.");
    return new MemoryQuery(this, { group: id });
  }

  batch(): MemoryWriteBatch {
    return new MemoryWriteBatch(this);
  }

  /** Reads documents as they are at one instant. */
  getAll(...args: (MemoryDocumentReference | ReadOptions)[]): Promise<MemoryDocumentSnapshot[]> {
    const isRef = (arg: unknown) => arg instanceof MemoryDocumentReference;
    const refs = args.filter(isRef) as MemoryDocumentReference[];
    const options = args.find((arg) => !isRef(arg)) as ReadOptions | undefined;
    if (refs.length === 0) throw new Error('Function "Firestore.getAll()" requires a reference.');
    const mask = options?.fieldMask?.map(namesOf);
    const paths = refs.map(({ path }) => path);
    return passing(this.gate, { kind: "read", paths }, () => {
      paths.forEach(checkName);
      this.database.counts.reads += new Set(paths).size;
      const readTime = this.database.readTime();
      return refs.map(
        (ref) => new MemoryDocumentSnapshot(ref, this.database.find(ref.path), readTime, mask),
      );
    });
  }

  /** The documents of a collection, with those that only have collections of their own. */
  listDocuments(collection: string): Promise<MemoryDocumentReference[]> {
    return passing(this.gate, { kind: "query", paths: [collection] }, () => {
      const start = `${collection}/`;
      const ids = new Set<string>();
      for (const { path } of this.database.collection(collection)) ids.add(lastIdOf(path));
      for (const path of this.database.collectionPaths()) {
        const [id] = path.startsWith(start) ? path.slice(start.length).split("/") : [];
        if (id !== undefined) ids.add(id);
      }
      this.database.counts.reads += Math.max(1, ids.size);
      const paths = [...ids].map((id) => start + id).sort(comparePaths);
      return paths.map((path) => this.doc(path));
    });
  }

  async terminate(): Promise<void> {}
}
