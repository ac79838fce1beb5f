import type { RecordingRequest } from "../bot-instance/bot-instance.ts";
import { hashOf } from "../hash.ts";
import type { Instant } from "../time.ts";
import type { Problem } from "./fields.ts";
import type { Meeting } from "./meeting.ts";
import type { MeetingLink, RefusedLink } from "./meeting-url.ts";

/** Before a hash: how it was made. Version 1 has none before it. */
const VERSION = "2:";
/** What version 1 looks like. */
const UNVERSIONED = /^[0-9a-f]{64}$/;

/**
 * Changes whenever the user asks for something else: another room or organisation, another time, other
 * options, or other fields that are wrong. Made of values and problems' codes, never of sentences.
 */
export function requestHashOf(
  request: RecordingRequest,
  link: MeetingLink | RefusedLink,
  occurrenceAt: Instant | undefined,
  problems: readonly Problem[],
): string {
  const { creatorOrganizationId, startAt, endAt, recordingOptions } = request;
  const asked = { creatorOrganizationId, startAt, endAt, occurrenceAt, recordingOptions };
  const wrong = problems.map(({ field, code }) => [field, code]);
  return VERSION + hashOf(linkOf(request, link), asked, wrong);
}

/** Changes with what a meeting may correct until its bot is sent, and what makes it no other request. */
export function detailsHashOf(request: RecordingRequest): string {
  const { botName, gcsPath, creatorUserId, timezone } = request;
  return VERSION + hashOf({ botName, gcsPath, creatorUserId, timezone });
}

/**
 * Whether a meeting asks for what a link was made for: compared in the version that was stored, so that
 * a release plans nobody anew.
 */
export function isSameRequest(
  stored: string,
  { requestHash, requestHashV1 }: Pick<Meeting, "requestHash" | "requestHashV1">,
): boolean {
  return stored === (UNVERSIONED.test(stored) ? requestHashV1 : requestHash);
}

/** The link as far as it says where the bot goes: a mended password makes it another one. */
function linkOf({ meetingUrl }: RecordingRequest, link: MeetingLink | RefusedLink): string {
  return link.ok ? link.url : meetingUrl;
}
