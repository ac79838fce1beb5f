import type { Fields, Value } from "./values.ts";
import type { FieldChange } from "./writes.ts";

const FORBIDDEN = /[*~/[\]]/;

/** The names that a dotted path leads through, as the client splits one. */
export function namesOf(path: string): readonly string[] {
  if (typeof path !== "string") throw new TypeError("This Firestore takes field paths as texts.");
  if (path.includes("..")) throw new Error('Paths must not contain ".." in them.');
  if (path.startsWith(".") || path.endsWith(".")) {
    throw new Error('Paths must not start or end with ".".');
  }
  if (path === "" || FORBIDDEN.test(path)) {
    throw new Error(`Paths can't be empty and must not contain "*~/[]": ${path}`);
  }
  return path.split(".");
}

/** Whether a value has fields of its own. */
export function isFields(value: unknown): value is Fields {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** The value at a path; undefined where there is none. */
export function valueAt(fields: Fields, names: readonly string[]): Value | undefined {
  let value: Value | undefined = fields;
  for (const name of names) {
    if (!isFields(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** The fields with another value at a path, or, for `undefined`, with none there. What else there is stays shared. */
export function withValueAt(
  fields: Fields,
  [name, ...rest]: readonly string[],
  value: Value | undefined,
): Fields {
  if (name === undefined) return fields;
  const inner = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (rest.length > 0) {
    // A way that leads nowhere is made for a value, and left alone for a removal.
    if (!isFields(inner) && value === undefined) return fields;
    return Object.freeze({
      ...fields,
      [name]: withValueAt(isFields(inner) ? inner : {}, rest, value),
    });
  }
  if (value !== undefined) return Object.freeze({ ...fields, [name]: value });
  const { [name]: _, ...left } = fields;
  return Object.freeze(left);
}

/** The fields after several changes: copied once, however many there are. */
export function withChanges(fields: Fields, changes: readonly FieldChange[]): Fields {
  const changed: Record<string, Value> = { ...fields };
  for (const [names, value] of changes) {
    const [name = "", ...rest] = names;
    if (rest.length > 0) {
      const made = withValueAt(changed, names, value)[name];
      if (made !== undefined) changed[name] = made;
    } else if (value === undefined) delete changed[name];
    else changed[name] = value;
  }
  return Object.freeze(changed);
}

/** Only what the paths lead to. */
export function masked(fields: Fields, mask: readonly (readonly string[])[]): Fields {
  return mask.reduce<Fields>((kept, names) => {
    const value = valueAt(fields, names);
    return value === undefined ? kept : withValueAt(kept, names, value);
  }, Object.freeze({}));
}
