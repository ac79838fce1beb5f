import { isMap } from "../map.ts";
import { lineProblem } from "../text.ts";
import { isTimestamp } from "../time.ts";
import type { UntrustedDocument } from "./meeting.ts";

/** What is wrong with a field, as the end of a sentence that begins with the field's name. */
export interface Problem {
  field: string;
  /** The kind of problem, in one word that hashes and programs can rely on: it outlives the sentence. */
  code: string;
  message: string;
}

const MAX_MAP_CHARACTERS = 8192;
const MAX_MAP_DEPTH = 8;

/** Reads a field; what is wrong with it becomes a problem. Absent, or wrong: undefined. */
export type Reader<T> = (
  document: UntrustedDocument,
  field: string,
  problems: Problem[],
) => T | undefined;

/** A line of text; `null` and the empty text count as absent. */
export function readText(
  document: UntrustedDocument,
  field: string,
  problems: Problem[],
  maxCharacters: number,
): string | undefined {
  const value = document[field];
  if (value === undefined || value === null || value === "") return undefined;
  const isText = typeof value === "string";
  const message = isText
    ? lineProblem(value, maxCharacters)
    : `must be text, but is a ${kindOf(value)}`;
  const code = isText ? "unusable-text" : "not-text";
  if (message !== undefined) problems.push({ field, code, message });
  return isText && message === undefined ? value : undefined;
}

/** A map of the user's own making, of what JSON can hold, bounded in depth and size. */
export const readMap: Reader<Record<string, unknown>> = (document, field, problems) => {
  const value = document[field];
  if (value === undefined || value === null) return undefined;
  const message = isMap(value) ? mapProblem(value) : "must be a map";
  const code = isMap(value) ? "unusable-map" : "not-a-map";
  if (message !== undefined) problems.push({ field, code, message });
  return isMap(value) && message === undefined ? value : undefined;
};

function mapProblem(map: Record<string, unknown>): string | undefined {
  // First: to write a value as JSON takes a stack as deep as the value.
  if (!isJson(map, MAX_MAP_DEPTH)) {
    return `must hold only texts, numbers, booleans, lists and maps, at most ${MAX_MAP_DEPTH} levels deep`;
  }
  const isLarge = JSON.stringify(map).length > MAX_MAP_CHARACTERS;
  return isLarge ? `is larger than ${MAX_MAP_CHARACTERS} characters` : undefined;
}

function isJson(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "bigint";
  if (levels === 0 || !(Array.isArray(value) || isMap(value))) return false;
  return Object.values(value).every((item) => isJson(item, levels - 1));
}

/** What a value is, in a word for the user. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (isTimestamp(value)) return "Timestamp";
  return typeof value === "object" ? "map" : typeof value;
}
