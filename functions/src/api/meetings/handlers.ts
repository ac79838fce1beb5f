import { hashOf, isTerminal, type Status, type UntrustedDocument } from "@meeting-bot/core";
import { type Answer, ok } from "../answer.ts";
import type { Call } from "../call.ts";
import { MEETINGS, readStart, writeCursor } from "../cursor.ts";
import { invalid, problem } from "../problem.ts";
import type { ApiServices } from "../services.ts";
import { toBotJson } from "./bot-json.ts";
import { findPast } from "./find-past.ts";
import { findLinked } from "./linked-instance.ts";
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
  const past = findPast(asked, services.reading, services.rules, services.now());
  if (past.length > 0) return invalid(past);
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

/** So many are read at once: each may be a megabyte of what the API shows, and its answer is far less. */
const READ_AT_ONCE = 20;

/** Lists an organisation's meetings. */
export async function listMeetings(
  { caller, query }: Call,
  { meetings, reading }: ApiServices,
): Promise<Answer> {
  const { status, meeting_status: meetingStatus, limit, cursor } = query as unknown as ListQuery;
  const start = readStart(MEETINGS, cursor);
  if (!start.ok) return start.answer;
  const filter = { recordingStatus: status, meetingStatus };
  const shown: object[] = [];
  let last = start.after;
  for (let left = limit; left > 0; left -= READ_AT_ONCE) {
    const part = { ...filter, after: last, limit: Math.min(left, READ_AT_ONCE) };
    const page = await meetings.list(caller.organizationId, part);
    shown.push(...page.meetings.map((meeting) => toMeetingJson(meeting, reading)));
    last = page.last;
    if (last === undefined) break;
  }
  return ok({
    meetings: shown,
    ...(last !== undefined && { next_cursor: writeCursor(MEETINGS, last) }),
  });
}

interface ListQuery {
  status?: Status;
  meeting_status?: string;
  limit: number;
  cursor?: string;
}

/** Shows a meeting, with what its bot is doing right now. */
export async function getMeeting({ caller, path }: Call, services: ApiServices): Promise<Answer> {
  const meeting = await services.meetings.find(caller.organizationId, path["id"] ?? "");
  if (!meeting) return NO_MEETING;
  const bot = await findLinked(meeting, caller, services);
  return ok({
    ...toMeetingJson(meeting, services.reading),
    ...(bot && !isTerminal(bot) && { bot: toBotJson(bot) }),
  });
}
