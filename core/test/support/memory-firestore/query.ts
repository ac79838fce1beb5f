import type { Timestamp } from "@google-cloud/firestore";
import type { MemoryFirestore } from "./client.ts";
import type { StoredDocument } from "./database.ts";
import { namesOf } from "./field-path.ts";
import { passing } from "./gate.ts";
import { lastIdOf } from "./names.ts";
import {
  compareToCursor,
  cursorAtSnapshot,
  cursorAtValues,
  filterOf,
  hasField,
  NAME,
  ordersOf,
  type Plan,
  type Position,
  refuseUnindexed,
  type Scope,
  sorting,
} from "./query-plan.ts";
import { MemoryDocumentSnapshot } from "./snapshot.ts";

/** A question for the documents of a collection, or of all collections with one id. */
export class MemoryQuery {
  readonly firestore: MemoryFirestore;
  readonly #plan: Plan;

  constructor(firestore: MemoryFirestore, scope: Scope, plan?: Omit<Plan, "scope">) {
    this.firestore = firestore;
    this.#plan = { filters: [], orders: [], ...plan, scope };
  }

  where(field: string, operator: string, value: unknown): MemoryQuery {
    const filter = filterOf(this.#plan.scope, field, operator, value);
    return this.#with({ filters: [...this.#plan.filters, filter] });
  }

  orderBy(field: string, direction: "asc" | "desc" = "asc"): MemoryQuery {
    if (this.#plan.after) throw new Error("Cannot specify an orderBy() after startAfter().");
    const names = field === NAME ? [NAME] : namesOf(field);
    const sign = direction === "desc" ? -1 : 1;
    return this.#with({ orders: [...this.#plan.orders, { field, names, sign }] });
  }

  limit(limit: number): MemoryQuery {
    if (!Number.isInteger(limit)) throw new Error('"limit" is not a valid integer.');
    return this.#with({ limit });
  }

  startAfter(...at: unknown[]): MemoryQuery {
    const [first] = at;
    const after =
      first instanceof MemoryDocumentSnapshot
        ? cursorAtSnapshot(this.#plan, first)
        : cursorAtValues(this.#plan, at);
    return this.#with({ after });
  }

  select(...fields: string[]): MemoryQuery {
    return this.#with({ mask: fields.filter((field) => field !== NAME).map(namesOf) });
  }

  get(): Promise<MemoryQuerySnapshot> {
    const { scope } = this.#plan;
    const paths = ["collection" in scope ? scope.collection : scope.group];
    const { gate, database } = this.firestore;
    return passing(gate, { kind: "query", paths }, () => {
      refuseUnindexed(this.#plan);
      const found = this.#find();
      database.counts.reads += Math.max(1, found.length);
      const readTime = database.readTime();
      return new MemoryQuerySnapshot(
        found.map((document) => this.#snapshotOf(document, readTime)),
        readTime,
      );
    });
  }

  #find(): StoredDocument[] {
    const { filters, limit, after } = this.#plan;
    const orders = ordersOf(this.#plan);
    const found: StoredDocument[] = [];
    for (const document of this.#candidates()) {
      const isOrdered = orders.every((order) => hasField(document, order));
      if (!isOrdered || !filters.every((filter) => filter.matches(document))) continue;
      if (after && compareToCursor(document, orders, after) <= 0) continue;
      found.push(document);
    }
    found.sort(sorting(orders));
    return limit === undefined ? found : found.slice(0, limit);
  }

  *#candidates(): Iterable<StoredDocument> {
    const { scope } = this.#plan;
    const { database } = this.firestore;
    if ("collection" in scope) {
      yield* database.collection(scope.collection);
      return;
    }
    for (const path of database.collectionPaths()) {
      if (lastIdOf(path) === scope.group) yield* database.collection(path);
    }
  }

  #snapshotOf(document: StoredDocument, readTime: Timestamp): MemoryDocumentSnapshot {
    const ref = this.firestore.doc(document.path);
    return new MemoryDocumentSnapshot(ref, document, readTime, this.#plan.mask);
  }

  #with(change: Partial<Omit<Plan, "scope">> & { after?: Position }): MemoryQuery {
    return new MemoryQuery(this.firestore, this.#plan.scope, { ...this.#plan, ...change });
  }
}

/** What a query has found. */
export class MemoryQuerySnapshot {
  readonly docs: readonly MemoryDocumentSnapshot[];
  readonly readTime: Timestamp;

  constructor(docs: readonly MemoryDocumentSnapshot[], readTime: Timestamp) {
    this.docs = docs;
    this.readTime = readTime;
  }

  get size(): number {
    return this.docs.length;
  }

  get empty(): boolean {
    return this.docs.length === 0;
  }

  forEach(visit: (snapshot: MemoryDocumentSnapshot) => void): void {
    for (const snapshot of this.docs) visit(snapshot);
  }
}
