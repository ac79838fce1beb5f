import { FieldValue, Timestamp } from "@google-cloud/firestore";
import { invalid } from "./errors.ts";
import { isFields } from "./field-path.ts";

/** What a field holds. Everything is frozen, so that what was read may share it with what is stored. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Timestamp
  | Uint8Array
  | readonly Value[]
  | Fields;

/** What a document, or a map in it, holds. */
export interface Fields {
  readonly [name: string]: Value;
}

const RESERVED_NAME = /^__.*__$/s;
const MAX_DEPTH = 20;
/** Source: https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields */
const MAX_VALUE_BYTES = 1_048_487;
const NANOS_OF_MICRO = 1000;

/** Whether a value is the client's marker for a field to remove. */
export function isRemoval(value: unknown): boolean {
  return value instanceof FieldValue && value === FieldValue.delete();
}

/** The fields as they are stored; throws as the client does for what it does not send. */
export function toStoredFields(fields: unknown): Fields {
  if (!isFields(fields)) throw new Error("The value is not a plain object.");
  return storedMap(fields, 0);
}

/** A value as it is stored; throws as the client does for what it does not send. */
export function toStored(value: unknown, depth = 0): Value {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "string") return checkedText(value);
  if (value === undefined) throw new Error('Cannot use "undefined" as a Firestore value.');
  if (value instanceof Date) return Timestamp.fromMillis(value.getTime());
  if (value instanceof Timestamp) return storedTimestamp(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return storedArray(value, depth);
  if (isFields(value)) return storedMap(value, depth + 1);
  throw new Error(`${describe(value)} cannot be a Firestore value here.`);
}

function storedArray(items: readonly unknown[], depth: number): Value {
  return Object.freeze(
    items.map((item) => {
      if (Array.isArray(item)) throw invalid("Nested arrays are not allowed.");
      return toStored(item, depth + 1);
    }),
  );
}

function storedMap(map: object, depth: number): Fields {
  if (depth > MAX_DEPTH) throw new Error("Input object is deeper than 20 levels.");
  const stored: Record<string, Value> = {};
  for (const [name, value] of Object.entries(map)) {
    stored[checkedFieldName(name)] = toStored(value, depth);
  }
  return Object.freeze(stored);
}

function checkedText(text: string): string {
  // Only a long text is measured: a character has three bytes at most for each unit.
  const isShort = text.length * 3 <= MAX_VALUE_BYTES;
  if (isShort || Buffer.byteLength(text) <= MAX_VALUE_BYTES) return text;
  throw invalid(`A value is longer than ${MAX_VALUE_BYTES} bytes.`);
}

/** A name that the service takes for a field. */
export function checkedFieldName(name: string): string {
  if (name === "") throw new Error("The name of a field is empty.");
  if (name.startsWith("__") && RESERVED_NAME.test(name)) {
    throw invalid(`The name "${name}" of a field is reserved.`);
  }
  return name;
}

/** The service keeps microseconds, and drops what is finer. */
function storedTimestamp(value: Timestamp): Timestamp {
  const finer = value.nanoseconds % NANOS_OF_MICRO;
  return finer === 0 ? value : new Timestamp(value.seconds, value.nanoseconds - finer);
}

function describe(value: unknown): string {
  if (value instanceof FieldValue) return "This transform, or a removal at this place,";
  return typeof value === "object" ? `A ${value?.constructor?.name}` : `A ${typeof value}`;
}
