import { status } from "@grpc/grpc-js";
import type { StoredDocument } from "./database.ts";
import { ServiceError } from "./errors.ts";
import { namesOf, valueAt } from "./field-path.ts";
import { documentPath } from "./names.ts";
import { comparePaths, compareValues, isSame, typeOrder } from "./order.ts";
import type { MemoryDocumentSnapshot } from "./snapshot.ts";
import { toStored, type Value } from "./values.ts";

/** The field that stands for a document's path. */
export const NAME = "__name__";

/** Where a query looks. */
export type Scope = { readonly collection: string } | { readonly group: string };

/** What a document has to fulfil. */
export interface Filter {
  readonly field: string;
  readonly isEquality: boolean;
  matches(document: StoredDocument): boolean;
}

/** What found documents are sorted by. */
export interface Order {
  readonly field: string;
  readonly names: readonly string[];
  readonly sign: 1 | -1;
}

/** A place in the order: a value, or a path, for each of the first fields that are sorted by. */
export type Position = readonly Value[];

/** A query, as far as it was told. */
export interface Plan {
  readonly scope: Scope;
  readonly filters: readonly Filter[];
  readonly orders: readonly Order[];
  readonly limit?: number;
  readonly after?: Position;
  readonly mask?: readonly (readonly string[])[];
}

type Test = (found: Value, wanted: Value) => boolean;
const comparing =
  (accepts: (order: number) => boolean): Test =>
  (found, wanted) =>
    typeOrder(found) === typeOrder(wanted) && accepts(compareValues(found, wanted));
/** By operator: whether it asks for equality, which an index of any order serves. */
const TESTS: Readonly<Record<string, readonly [isEquality: boolean, test: Test]>> = {
  "==": [true, isEqual],
  in: [true, (found, wanted) => (wanted as Value[]).some((value) => isEqual(found, value))],
  "array-contains": [
    true,
    (found, wanted) => Array.isArray(found) && found.some((item) => isEqual(item, wanted)),
  ],
  "<": [false, comparing((order) => order < 0)],
  "<=": [false, comparing((order) => order <= 0)],
  ">": [false, comparing((order) => order > 0)],
  ">=": [false, comparing((order) => order >= 0)],
};
const MAX_ALTERNATIVES = 30;

/** A condition, read as the client reads one. */
export function filterOf(scope: Scope, field: string, operator: string, value: unknown): Filter {
  const known = TESTS[operator];
  if (!known) throw new TypeError(`This Firestore has no operator "${operator}".`);
  const [isEquality, test] = known;
  if (operator === "in") checkAlternatives(value);
  if (field === NAME) {
    const byPath = compareNames(operator, scope, value);
    return { field, isEquality, matches: ({ path }) => byPath(path) };
  }
  const names = namesOf(field);
  const wanted = toStored(value);
  const matches = ({ fields }: StoredDocument) => {
    const found = valueAt(fields, names);
    return found !== undefined && test(found, wanted);
  };
  return { field, isEquality, matches };
}

function isEqual(found: Value, wanted: Value): boolean {
  return isSame(found, wanted) || (found === 0 && wanted === 0);
}

function checkAlternatives(value: unknown): void {
  if (!Array.isArray(value) || value.length === 0)
    throw new Error("A non-empty array is required.");
  if (value.length > MAX_ALTERNATIVES) {
    throw new ServiceError(status.INVALID_ARGUMENT, "'IN' supports up to 30 comparison values.");
  }
}

function compareNames(operator: string, scope: Scope, value: unknown): (path: string) => boolean {
  if (operator === "array-contains") throw new Error("A name contains nothing.");
  if (operator === "in") {
    const paths = (value as unknown[]).map((id) => pathOf(scope, id));
    return (path) => paths.includes(path);
  }
  const wanted = pathOf(scope, value);
  const accepts: Record<string, (order: number) => boolean> = {
    "==": (order) => order === 0,
    "<": (order) => order < 0,
    "<=": (order) => order <= 0,
    ">": (order) => order > 0,
    ">=": (order) => order >= 0,
  };
  return (path) => accepts[operator]?.(comparePaths(path, wanted)) ?? false;
}

/** The path that an id, or a reference, stands for in a query. */
function pathOf(scope: Scope, value: unknown): string {
  const named = typeof value === "object" && value !== null && "path" in value ? value.path : value;
  if (typeof named !== "string" || named === "") throw new Error("A name is a non-empty string.");
  if (named !== value || "group" in scope) return documentPath(named);
  if (named.includes("/")) throw new Error(`"${named}" must be a plain document ID.`);
  return `${scope.collection}/${named}`;
}

/** All that is sorted by: what is compared comes first when nothing else was said, the path last. */
export function ordersOf({ filters, orders }: Plan): readonly Order[] {
  const sign = orders.at(-1)?.sign ?? 1;
  const fields = new Set(orders.map(({ field }) => field));
  const compared = filters.filter(({ isEquality, field }) => !isEquality && !fields.has(field));
  const implied = [...new Set([...compared.map(({ field }) => field)])].filter(
    (field) => field !== NAME,
  );
  const all = [...orders, ...implied.map((field) => ({ field, names: namesOf(field), sign }))];
  return fields.has(NAME) ? all : [...all, { field: NAME, names: [NAME], sign }];
}

/** Whether a document has what it would be sorted by. */
export function hasField({ fields }: StoredDocument, { field, names }: Order): boolean {
  return field === NAME || valueAt(fields, names) !== undefined;
}

/** Sorts documents. */
export function sorting(
  orders: readonly Order[],
): (a: StoredDocument, b: StoredDocument) => number {
  return (a, b) => {
    for (const order of orders) {
      const compared =
        order.field === NAME
          ? comparePaths(a.path, b.path)
          : compareValues(keyOf(a, order), keyOf(b, order));
      if (compared !== 0) return compared * order.sign;
    }
    return 0;
  };
}

/** Where a document is, seen from a place in the order. */
export function compareToCursor(
  document: StoredDocument,
  orders: readonly Order[],
  position: Position,
): number {
  for (const [at, value] of position.entries()) {
    const order = orders[at] as Order;
    const compared =
      order.field === NAME
        ? comparePaths(document.path, value as string)
        : compareValues(keyOf(document, order), value);
    if (compared !== 0) return compared * order.sign;
  }
  return 0;
}

function keyOf({ fields }: StoredDocument, { names }: Order): Value {
  return valueAt(fields, names) as Value;
}

/** The place of a document that was read. */
export function cursorAtSnapshot(plan: Plan, snapshot: MemoryDocumentSnapshot): Position {
  return ordersOf(plan).map(({ field }) => {
    if (field === NAME) return snapshot.ref.path;
    const value = snapshot.get(field);
    if (value === undefined) throw new Error(`Field "${field}" is missing in the snapshot.`);
    return value;
  });
}

/** The place that values stand for. */
export function cursorAtValues({ scope, orders }: Plan, values: readonly unknown[]): Position {
  if (values.length === 0) throw new Error('Function "startAfter()" requires an argument.');
  if (values.length > orders.length) throw new Error("Too many cursor values specified.");
  return values.map((value, at) =>
    orders[at]?.field === NAME ? pathOf(scope, value) : toStored(value),
  );
}

/** Refuses what needs an index of several fields: production has none but those that are asked for. */
export function refuseUnindexed(plan: Plan): void {
  const { filters } = plan;
  const sorted = ordersOf(plan);
  const equal = new Set(filters.filter(({ isEquality }) => isEquality).map(({ field }) => field));
  const fields = sorted.filter(({ field }) => field !== NAME && !equal.has(field));
  const isBackwards = fields.length === 0 && sorted.at(-1)?.sign === -1;
  const isMixed = sorted.some(({ sign }) => sign !== sorted[0]?.sign);
  const isServed =
    fields.length === 0 ? !isBackwards : fields.length === 1 && equal.size === 0 && !isMixed;
  if (!isServed) throw new ServiceError(status.FAILED_PRECONDITION, "The query requires an index.");
}
