import { isMap } from "../map.ts";
import { type Instant, isTimestamp } from "../time.ts";

/** A document's data as Firestore takes and gives it. */
export type DocumentFields = Record<string, unknown>;

/** Maps whose keys or values are not ours to convert. */
const OPAQUE: ReadonlySet<string> = new Set(["recordingOptions", "metadata"]);
/** Maps of instants, whatever their keys. */
const INSTANT_MAPS: ReadonlySet<string> = new Set(["phaseAt"]);
/** Maps whose keys are data, not names. */
const KEYED_MAPS: ReadonlySet<string> = new Set(["seats"]);

/**
 * Turns our objects into Firestore fields: camelCase into snake_case, instants (names that end in
 * `At`, and the name `at`) into Timestamps. `undefined` is left out.
 */
export function toFields(value: object): DocumentFields {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [snakeCase(name), toField(name, field)]),
  );
}

/** The Firestore names of what a patch removes: what is there and `undefined`. */
export function removedBy(patch: object): string[] {
  return Object.entries(patch).flatMap(([name, value]) =>
    value === undefined ? [snakeCase(name)] : [],
  );
}

function toField(name: string, value: unknown): unknown {
  if (OPAQUE.has(name)) return value;
  if (isInstantName(name) && typeof value === "number") return new Date(value);
  if (INSTANT_MAPS.has(name)) return mapValues(value as object, (at) => new Date(at as Instant));
  if (KEYED_MAPS.has(name)) return mapValues(value as object, (entry) => toFields(entry as object));
  return convertNested(value, toFields);
}

/**
 * The reverse of `toFields`. An instant that is not a Timestamp is left out; other values of an
 * unexpected type come out as they are.
 */
export function fromFields(fields: DocumentFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .map(([field, value]) => [camelCase(field), value] as const)
      .map(([name, value]) => [name, fromField(name, value)])
      .filter(([, value]) => value !== undefined),
  );
}

function fromField(name: string, value: unknown): unknown {
  if (OPAQUE.has(name)) return value;
  if (isTimestamp(value)) return value.toMillis();
  if (INSTANT_MAPS.has(name) && isMap(value)) return mapValues(value, (at) => fromField("at", at));
  if (KEYED_MAPS.has(name) && isMap(value)) {
    return mapValues(value, (entry) => convertNested(entry, fromFields));
  }
  return isInstantName(name) ? undefined : convertNested(value, fromFields);
}

function convertNested(value: unknown, convert: (map: DocumentFields) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => convertNested(item, convert));
  return isMap(value) ? convert(value) : value;
}

function mapValues(map: object, convert: (value: unknown) => unknown): DocumentFields {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, convert(value)]));
}

function isInstantName(name: string): boolean {
  return name === "at" || name.endsWith("At");
}

/** The Firestore spelling of a name. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
