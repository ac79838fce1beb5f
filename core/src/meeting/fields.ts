import { type Instant, isTimestamp } from "../time.ts";
import type { UntrustedDocument } from "./meeting.ts";

/** What is wrong with a field, as the end of a sentence that begins with the field's name. */
export interface Problem {
  field: string;
  message: string;
}

const MAX_TEXT_CHARACTERS = 2048;
const MAX_MAP_CHARACTERS = 8192;
const CONTROL_CHARACTERS = /\p{Cc}/u;
/** RFC 3339 with seconds and fraction optional; the offset decides the instant, so it is required. */
const INSTANT_TEXT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
/** What Firestore can store. */
const FIRST_INSTANT = Date.parse("0001-01-01T00:00:00Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

type Reader<T> = (document: UntrustedDocument, field: string, problems: Problem[]) => T | undefined;

/** A line of text; `null` and the empty text count as absent. */
export const readText: Reader<string> = (document, field, problems) => {
  const value = document[field];
  if (value === undefined || value === null || value === "") return undefined;
  const problem = describeText(value);
  if (problem === undefined) return value as string;
  problems.push({ field, message: problem });
  return undefined;
};

function describeText(value: unknown): string | undefined {
  if (typeof value !== "string") return `must be text, but is a ${kindOf(value)}`;
  if (value.length > MAX_TEXT_CHARACTERS) return `is longer than ${MAX_TEXT_CHARACTERS} characters`;
  if (CONTROL_CHARACTERS.test(value)) return "contains control characters";
  return undefined;
}

/** A Firestore Timestamp, or ISO 8601 text with its offset: the same instant either way. */
export const readInstant: Reader<Instant> = (document, field, problems) => {
  const value = document[field];
  if (value === undefined || value === null || value === "") return undefined;
  if (isTimestamp(value)) return value.toMillis();
  const instant =
    typeof value === "string" && INSTANT_TEXT.test(value) ? Date.parse(value) : Number.NaN;
  if (instant >= FIRST_INSTANT && instant <= LAST_INSTANT) return instant;
  const message = "must be a Timestamp or a text such as 2030-01-31T09:00:00Z";
  problems.push({ field, message });
  return undefined;
};

/** A map of the user's own making, bounded in size. */
export const readMap: Reader<Record<string, unknown>> = (document, field, problems) => {
  const value = document[field];
  if (value === undefined || value === null) return undefined;
  const isMap = typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
  if (isMap && JSON.stringify(value).length <= MAX_MAP_CHARACTERS)
    return value as Record<string, unknown>;
  const message = isMap ? `is larger than ${MAX_MAP_CHARACTERS} characters` : "must be a map";
  problems.push({ field, message });
  return undefined;
};

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (isTimestamp(value)) return "Timestamp";
  return typeof value === "object" ? "map" : typeof value;
}
