import { createHash } from "node:crypto";

/** The one way in which keys are made from several parts: SHA-256 as 64 hexadecimal digits, unambiguous in its parts. */
export function hashOf(...parts: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts, sortKeys)).digest("hex");
}

/** The order of a map's keys says nothing. */
function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
