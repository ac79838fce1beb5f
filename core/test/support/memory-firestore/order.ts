import { Timestamp } from "@google-cloud/firestore";
import { isFields } from "./field-path.ts";
import type { Fields, Value } from "./values.ts";

const SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** Compares texts by the bytes of their UTF-8, which is not the order of their UTF-16. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for what comes after everything else. */
function rank(unit: number): number {
  return unit >= SURROGATE && unit < AFTER_SURROGATES ? unit + 0x1_0000 : unit;
}

/** Compares the paths of documents, id by id. */
export function comparePaths(a: string, b: string): number {
  return compareLists(a.split("/"), b.split("/"), compareTexts);
}

/**
 * The place of a value's type: values of different types are ordered by it.
 * Source: https://firebase.google.com/docs/firestore/manage-data/data-types#value_type_ordering
 */
export function typeOrder(value: Value): number {
  if (value === null) return 0;
  if (typeof value === "boolean") return 1;
  if (typeof value === "number") return Number.isNaN(value) ? 2 : 3;
  if (value instanceof Timestamp) return 4;
  if (typeof value === "string") return 5;
  if (value instanceof Uint8Array) return 6;
  return Array.isArray(value) ? 7 : 8;
}

/** Compares values as queries do. */
export function compareValues(a: Value, b: Value): number {
  const types = typeOrder(a) - typeOrder(b);
  if (types !== 0) return types;
  if (typeof a === "number" && typeof b === "number") return Number.isNaN(a) ? 0 : a - b;
  if (typeof a === "boolean") return Number(a) - Number(b);
  if (typeof a === "string") return compareTexts(a, b as string);
  if (a instanceof Timestamp) return compareInstants(a, b as Timestamp);
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array);
  if (Array.isArray(a)) return compareLists(a, b as readonly Value[], compareValues);
  return a === null ? 0 : compareMaps(a as Fields, b as Fields);
}

/** Whether two values are the same one. */
export function isSame(a: Value, b: Value): boolean {
  if (a === b) return Object.is(a, b);
  if (isFields(a) && isFields(b)) return isSameMap(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  }
  return compareValues(a, b) === 0;
}

function isSameMap(a: Fields, b: Fields): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name] as Value, b[name] as Value))
  );
}

function compareInstants(a: Timestamp, b: Timestamp): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

function compareLists<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (a: T, b: T) => number,
): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const items = compare(a[at] as T, b[at] as T);
    if (items !== 0) return items;
  }
  return a.length - b.length;
}

function compareMaps(a: Fields, b: Fields): number {
  if (a === b) return 0;
  const entriesOf = (map: Fields) =>
    Object.entries(map).sort(([left], [right]) => compareTexts(left, right));
  return compareLists(
    entriesOf(a),
    entriesOf(b),
    ([left, x], [right, y]) => compareTexts(left, right) || compareValues(x, y),
  );
}
