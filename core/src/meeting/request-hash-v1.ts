import { hashOf } from "../hash.ts";
import { type Instant, isTimestamp } from "../time.ts";
import type { Problem, Reader } from "./fields.ts";
import type { UntrustedDocument } from "./meeting.ts";
import { readRequest } from "./read-request.ts";

/** RFC 3339 with seconds and fraction optional; a day that a month has not is one of the next month. */
const INSTANT_TEXT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const FIRST_INSTANT = Date.parse("0001-01-01T00:00:00Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * The hash that releases before version 2 stored, without a version before it. Times are read as those
 * releases read them, and sentences are part of it: those of texts, paths and options may not change.
 */
export function requestHashV1(document: UntrustedDocument): string {
  const problems: Problem[] = [];
  const request = readRequest(document, problems, readInstantV1);
  const occurrenceAt = readInstantV1(document, "occurrence_start_utc", problems) ?? request.startAt;
  const { meetingUrl, creatorOrganizationId, startAt, endAt, recordingOptions } = request;
  const asked = { meetingUrl, creatorOrganizationId, startAt, endAt, recordingOptions };
  const told = problems.map(({ field, message }) => ({ field, message }));
  return hashOf(asked, occurrenceAt, told);
}

const readInstantV1: Reader<Instant> = (document, field, problems) => {
  const value = document[field];
  if (value === undefined || value === null || value === "") return undefined;
  if (isTimestamp(value)) return value.toMillis();
  const instant =
    typeof value === "string" && INSTANT_TEXT.test(value) ? Date.parse(value) : Number.NaN;
  if (instant >= FIRST_INSTANT && instant <= LAST_INSTANT) return instant;
  const message = "must be a Timestamp or a text such as 2030-01-31T09:00:00Z";
  problems.push({ field, code: "not-a-time", message });
  return undefined;
};
