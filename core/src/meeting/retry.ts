import { lineProblem } from "../text.ts";
import { isTimestamp } from "../time.ts";
import type { UntrustedDocument } from "./meeting.ts";

/** The field in which a Firestore client asks for another try. */
export const RETRY_FIELD = "recording_retry";
const MAX_CHARACTERS = 128;

/**
 * What a meeting's document says to ask for another try: any value that is unlike the last one served.
 * Nothing, `false`, the empty text and what is no plain value ask for nothing.
 */
export function readRetry(document: UntrustedDocument): string | undefined {
  const text = write(document[RETRY_FIELD]);
  return text === "" || text === undefined || lineProblem(text, MAX_CHARACTERS) ? undefined : text;
}

function write(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === true || Number.isFinite(value)) return String(value);
  return isTimestamp(value) ? new Date(value.toMillis()).toISOString() : undefined;
}
