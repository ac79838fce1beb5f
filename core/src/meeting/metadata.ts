import { isMap } from "../map.ts";
import { lineProblem } from "../text.ts";
import { kindOf, type Problem } from "./fields.ts";
import type { UntrustedDocument } from "./meeting.ts";

/** What users keep on a meeting for themselves: texts by name, given back as they were written. */
export type Metadata = Readonly<Record<string, string>>;

const FIELD = "metadata";
/** The most that a meeting may have of it. */
export const METADATA_LIMITS = { keys: 16, keyCharacters: 64, valueCharacters: 256 } as const;
/** None that Firestore keeps for itself. */
const KEY = /^(?!__.*__$)[A-Za-z0-9_.-]{1,64}$/;

/**
 * Reads a meeting's metadata. It keeps no bot away: what is wrong with it is a problem, and is left out
 * of what is given back. Of too many keys the first are kept, in the order of Firestore.
 */
export function readMetadata(
  document: UntrustedDocument,
  problems: Problem[] = [],
): Metadata | undefined {
  const value = document[FIELD];
  if (value === undefined || value === null) return undefined;
  if (!isMap(value)) {
    problems.push({ field: FIELD, code: "not-a-map", message: "must be a map of texts" });
    return undefined;
  }
  const all = Object.entries(value).filter(([, text]) => text !== undefined && text !== null);
  if (all.length > METADATA_LIMITS.keys) {
    const message = `must have at most ${METADATA_LIMITS.keys} keys`;
    problems.push({ field: FIELD, code: "too-many-keys", message });
  }
  const entries = all
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, METADATA_LIMITS.keys)
    .filter((entry): entry is [string, string] => {
      const problem = entryProblem(entry);
      if (problem) problems.push(problem);
      return problem === undefined;
    });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function entryProblem([key, value]: [string, unknown]): Problem | undefined {
  if (!KEY.test(key)) {
    const message = `must have keys of 1 to ${METADATA_LIMITS.keyCharacters} letters, digits, _, - and .`;
    return { field: FIELD, code: "unusable-key", message };
  }
  const field = `${FIELD}.${key}`;
  if (typeof value !== "string") {
    return { field, code: "not-text", message: `must be text, but is a ${kindOf(value)}` };
  }
  const message = lineProblem(value, METADATA_LIMITS.valueCharacters);
  return message === undefined ? undefined : { field, code: "unusable-text", message };
}
