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
  { naming, links }: MeetingReading,
): NewMeeting {
  const asked = {
    ...body,
    [naming.statusField]: naming.statusValues[0],
    creator_organization_id: organizationId,
    ...(userId !== undefined && { creator_user_id: userId }),
  };
  const errors = findMeetingProblems(asked, links);
  if (errors.length > 0) return { ok: false, errors };
  const { request, occurrenceAt } = parseMeeting(asked, naming, links);
  const instants = {
    start: request.startAt,
    end: request.endAt,
    occurrence_start_utc: occurrenceAt,
  };
  const given = Object.entries(instants).filter(([field]) => field in body);
  const timestamps = given.map(([field, at]) => [field, new Date(at as number)]);
  return { ok: true, asked, fields: { ...asked, ...Object.fromEntries(timestamps) } };
}
