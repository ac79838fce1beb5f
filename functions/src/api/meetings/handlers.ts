import { hashOf, type Status, type UntrustedDocument } from "@meeting-bot/core";
import { type Answer, ok } from "../answer.ts";
import type { Call } from "../call.ts";
import { readStart, writeCursor } from "../cursor.ts";
import { invalid, problem } from "../problem.ts";
import type { ApiServices } from "../services.ts";
import { toMeetingJson } from "./meeting-json.ts";
import { newMeeting } from "./new-meeting.ts";

/** The answer where there is no such meeting, or it is another organisation's. */
export const NO_MEETING: Answer = problem("not-found", "There is no such meeting.");

/** Writes a meeting. */
export async function createMeeting(
  { caller, header, body }: Call,
  services: ApiServices,
): Promise<Answer> {
  const made = newMeeting(body as UntrustedDocument, caller, services.reading);
  if (!made.ok) return invalid(made.errors);
  const { asked, fields } = made;
  const key = header["Idempotency-Key"];
  const once = key === undefined ? undefined : { key, requestHash: hashOf(fields) };
  const meeting = { id: services.newMeetingId(), fields };
  const created = await services.meetings.create(caller.organizationId, meeting, once);
  if (created.kind === "key-reused") {
    const detail = "This idempotency key came with another request before: take a new one.";
    return problem("idempotency-key-reused", detail);
  }
  // What was asked for now is what was asked for then: the answer is the same, whatever has come of it.
  const { id } = created;
  return {
    status: 201,
    // From `…/v1/meetings`, wherever that is.
    headers: {
      Location: `meetings/${id}`,
      ...(created.kind === "replayed" && { "Idempotency-Replayed": "true" }),
    },
    body: toMeetingJson({ id, fields: asked }, services.reading),
  };
}

/** Lists an organisation's meetings. */
export async function listMeetings(
  { caller, query }: Call,
  { meetings, reading }: ApiServices,
): Promise<Answer> {
  const { status, meeting_status: meetingStatus, limit, cursor } = query as unknown as ListQuery;
  const start = readStart(cursor);
  if (!start.ok) return start.answer;
  const filter = { recordingStatus: status, meetingStatus, after: start.after, limit };
  const page = await meetings.list(caller.organizationId, filter);
  return ok({
    meetings: page.meetings.map((meeting) => toMeetingJson(meeting, reading)),
    ...(page.last !== undefined && { next_cursor: writeCursor(page.last) }),
  });
}

interface ListQuery {
  status?: Status;
  meeting_status?: string;
  limit: number;
  cursor?: string;
}

/** Shows a meeting. */
export async function getMeeting(
  { caller, path }: Call,
  { meetings, reading }: ApiServices,
): Promise<Answer> {
  const meeting = await meetings.find(caller.organizationId, path["id"] ?? "");
  return meeting ? ok(toMeetingJson(meeting, reading)) : NO_MEETING;
}

/** Has a meeting want no bot any more. */
export async function cancelMeeting(
  { caller, path }: Call,
  { meetings, reading }: ApiServices,
): Promise<Answer> {
  const meeting = await meetings.cancel(caller.organizationId, path["id"] ?? "");
  return meeting ? ok(toMeetingJson(meeting, reading)) : NO_MEETING;
}
