import { findMeetingProblems, parseMeeting, type UntrustedDocument } from "@meeting-bot/core";
import type { Caller } from "../authentication/caller.ts";
import type { FieldError } from "../problem.ts";
import type { MeetingReading } from "./meeting-json.ts";

/** A new meeting, its times as text, and its document; or what is wrong with what was asked for. */
export type NewMeeting =
  | { ok: true; asked: UntrustedDocument; fields: UntrustedDocument }
  | { ok: false; errors: FieldError[] };

/** Makes the document that a Firestore client would write, of a body that has the described form. */
export function newMeeting(
  body: UntrustedDocument,
  { organizationId, userId }: Caller,
  reading: MeetingReading,
): NewMeeting {
  const asked = {
    ...body,
    [reading.naming.statusField]: reading.naming.statusValues[0],
    creator_organization_id: organizationId,
    ...(userId !== undefined && { creator_user_id: userId }),
  };
  const checked = checkMeeting(asked, Object.keys(body), reading);
  return checked.ok ? { ok: true, asked, fields: { ...asked, ...checked.timestamps } } : checked;
}

/** The times of a meeting that can be used, as Firestore keeps them; or what is wrong with the meeting. */
export type CheckedMeeting =
  | { ok: true; timestamps: UntrustedDocument }
  | { ok: false; errors: FieldError[] };

/** Checks a meeting as a whole; of its times only those are wanted that are among the `given` fields. */
export function checkMeeting(
  asked: UntrustedDocument,
  given: readonly string[],
  { naming, links }: MeetingReading,
): CheckedMeeting {
  const errors = findMeetingProblems(asked, links).map(({ field, message }) => ({
    field,
    message,
  }));
  if (errors.length > 0) return { ok: false, errors };
  const { request, occurrenceAt } = parseMeeting(asked, naming, links);
  const instants = {
    start: request.startAt,
    end: request.endAt,
    occurrence_start_utc: occurrenceAt,
  };
  const timestamps = Object.entries(instants).flatMap(([field, at]) =>
    at !== undefined && given.includes(field) ? [[field, new Date(at)]] : [],
  );
  return { ok: true, timestamps: Object.fromEntries(timestamps) };
}
