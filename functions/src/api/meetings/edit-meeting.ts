import type { BotInstance, UntrustedDocument } from "@meeting-bot/core";
import type { FieldError } from "../problem.ts";
import type { MeetingReading } from "./meeting-json.ts";
import type { MeetingPatch } from "./meeting-store.ts";
import { mergePatch } from "./merge-patch.ts";
import { checkMeeting } from "./new-meeting.ts";

/** A changed meeting, its new times as they were given, and what is to be written; or what is wrong with it. */
export type EditedMeeting =
  | { ok: true; asked: UntrustedDocument; patch: MeetingPatch }
  | { ok: false; errors: FieldError[] };

/** Makes of a merge patch, which has the described form, what a Firestore client would write. */
export function editMeeting(
  fields: UntrustedDocument,
  body: UntrustedDocument,
  reading: MeetingReading,
): EditedMeeting {
  const asked = mergePatch(fields, body) as UntrustedDocument;
  const changed = Object.keys(body);
  const given = changed.filter((field) => field in asked);
  const checked = checkMeeting(asked, given, reading);
  if (!checked.ok) return checked;
  const patch = changed.map((field) => [field, asked[field]]);
  return { ok: true, asked, patch: { ...Object.fromEntries(patch), ...checked.timestamps } };
}

/** What a bot takes with it when it is sent. */
const TAKEN_ALONG = ["bot_name", "gcs_path", "timezone"];

/** Which fields of a patch come too late for the bot that a meeting has. */
export function findUnchanged(
  body: UntrustedDocument,
  bot: Pick<BotInstance, "status" | "attempt"> | undefined,
): string[] {
  const isSent = bot !== undefined && !(bot.status === "queued" && bot.attempt === 0);
  return isSent ? TAKEN_ALONG.filter((field) => field in body) : [];
}
