import type { MemoryFirestore } from "./client.ts";
import { collectionPath, documentPath, lastIdOf, parentOf } from "./names.ts";
import { MemoryQuery } from "./query.ts";
import type { MemoryDocumentSnapshot } from "./snapshot.ts";
import type { MemoryWriteBatch, WriteResult } from "./write-batch.ts";
import type { Precondition } from "./writes.ts";

/** Where a document is, or could be. */
export class MemoryDocumentReference {
  readonly firestore: MemoryFirestore;
  readonly path: string;

  constructor(firestore: MemoryFirestore, path: string) {
    this.firestore = firestore;
    this.path = documentPath(path);
  }

  get id(): string {
    return lastIdOf(this.path);
  }

  get parent(): MemoryCollectionReference {
    return new MemoryCollectionReference(this.firestore, parentOf(this.path));
  }

  collection(path: string): MemoryCollectionReference {
    return new MemoryCollectionReference(this.firestore, `${this.path}/${path}`);
  }

  async get(): Promise<MemoryDocumentSnapshot> {
    const [snapshot] = await this.firestore.getAll(this);
    return snapshot as MemoryDocumentSnapshot;
  }

  create(fields: object): Promise<WriteResult> {
    return this.#write((batch) => batch.create(this, fields));
  }

  set(fields: object, options?: { merge?: boolean }): Promise<WriteResult> {
    return this.#write((batch) => batch.set(this, fields, options));
  }

  update(fields: object, precondition?: Precondition): Promise<WriteResult> {
    return this.#write((batch) => batch.update(this, fields, precondition));
  }

  delete(precondition?: Precondition): Promise<WriteResult> {
    return this.#write((batch) => batch.delete(this, precondition));
  }

  isEqual(other: unknown): boolean {
    return (
      other instanceof MemoryDocumentReference &&
      other.path === this.path &&
      other.firestore.database === this.firestore.database
    );
  }

  async #write(prepare: (batch: MemoryWriteBatch) => void): Promise<WriteResult> {
    const batch = this.firestore.batch();
    prepare(batch);
    const [result] = await batch.commit();
    return result as WriteResult;
  }
}

/** A collection; as a query, all of its documents. */
export class MemoryCollectionReference extends MemoryQuery {
  readonly path: string;

  constructor(firestore: MemoryFirestore, path: string) {
    const normal = collectionPath(path);
    super(firestore, { collection: normal });
    this.path = normal;
  }

  get id(): string {
    return lastIdOf(this.path);
  }

  get parent(): MemoryDocumentReference | null {
    const path = parentOf(this.path);
    return path === "" ? null : new MemoryDocumentReference(this.firestore, path);
  }

  doc(id?: string): MemoryDocumentReference {
    const path = id === undefined ? this.firestore.database.mintId() : id;
    if (path === "") throw new Error("Path must be a non-empty string.");
    return new MemoryDocumentReference(this.firestore, `${this.path}/${path}`);
  }

  /** The documents, with those that are not there but have collections of their own. */
  listDocuments(): Promise<MemoryDocumentReference[]> {
    return this.firestore.listDocuments(this.path);
  }
}
