import { hashOf, parseMeeting, type UntrustedDocument } from "@meeting-bot/core";
import { type Answer, ok } from "../answer.ts";
import type { Call } from "../call.ts";
import { invalid } from "../problem.ts";
import type { ApiServices } from "../services.ts";
import { editMeeting, findUnchanged } from "./edit-meeting.ts";
import { NO_MEETING } from "./handlers.ts";
import { findLinked } from "./linked-instance.ts";
import { toMeetingJson } from "./meeting-json.ts";
import type { DecideMeeting } from "./meeting-store.ts";
import { refuseRetry } from "./retry-meeting.ts";

/** Has a meeting want no bot any more. */
export async function cancelMeeting(
  { caller, path }: Call,
  { meetings, reading }: ApiServices,
): Promise<Answer> {
  const { naming, links } = reading;
  const cancel: DecideMeeting<never> = ({ fields }) => {
    const isCancelled = parseMeeting(fields, naming, links).intent === "cancel";
    return { ok: true, patch: isCancelled ? {} : { [naming.statusField]: naming.cancelValues[0] } };
  };
  const cancelled = await meetings.change(caller.organizationId, path["id"] ?? "", cancel);
  return cancelled?.ok ? ok(toMeetingJson(cancelled.meeting, reading)) : NO_MEETING;
}

/** Changes what a meeting asks for, and says what of it the bot that was sent does not heed any more. */
export async function changeMeeting(
  { caller, path, body }: Call,
  services: ApiServices,
): Promise<Answer> {
  const { meetings, reading } = services;
  const changes = body as UntrustedDocument;
  // As it was asked for: what is written has Timestamps for the times.
  let asked: UntrustedDocument = {};
  const edit: DecideMeeting<Answer> = ({ fields }) => {
    const edited = editMeeting(fields, changes, reading);
    if (!edited.ok) return { ok: false, refusal: invalid(edited.errors) };
    asked = edited.asked;
    return { ok: true, patch: edited.patch };
  };
  const changed = await meetings.change(caller.organizationId, path["id"] ?? "", edit);
  if (!changed) return NO_MEETING;
  if (!changed.ok) return changed.refusal;
  const { meeting } = changed;
  const unchanged = findUnchanged(changes, await findLinked(meeting, caller, services));
  return ok({
    ...toMeetingJson({ ...meeting, fields: asked }, reading),
    ...(unchanged.length > 0 && { unchanged }),
  });
}

/** Asks for another attempt. */
export async function retryMeeting(
  { caller, path, header }: Call,
  services: ApiServices,
): Promise<Answer> {
  const { meetings, reading, rules } = services;
  const { organizationId } = caller;
  const id = path["id"] ?? "";
  const found = await meetings.find(organizationId, id);
  if (!found) return NO_MEETING;
  const key = header["Idempotency-Key"];
  const retry = key === undefined ? services.newId() : hashOf("retry", organizationId, id, key);
  const bot = await findLinked(found, caller, services);
  const now = services.now();
  const ask: DecideMeeting<Answer> = (meeting) => {
    // What was asked with the same key is asked already, whatever has come of it.
    if (meeting.fields["recording_retry"] === retry) return { ok: true, patch: {} };
    const refusal = refuseRetry({ meeting, bot, now }, reading, rules);
    return refusal ? { ok: false, refusal } : { ok: true, patch: { recording_retry: retry } };
  };
  const asked = await meetings.change(organizationId, id, ask);
  if (!asked) return NO_MEETING;
  if (!asked.ok) return asked.refusal;
  const isRepeated = found.fields["recording_retry"] === retry;
  return {
    status: 202,
    ...(isRepeated && { headers: { "Idempotency-Replayed": "true" } }),
    body: toMeetingJson(asked.meeting, reading),
  };
}
