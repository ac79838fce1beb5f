import type { RecordingRequest, Status } from "../bot-instance/bot-instance.ts";
import { type Failure, failure } from "../errors.ts";
import type { Instant } from "../time.ts";
import type { Problem } from "./fields.ts";
import {
  type LinkRules,
  type MeetingLink,
  parseMeetingUrl,
  type RefusedLink,
} from "./meeting-url.ts";
import { type Metadata, readMetadata } from "./metadata.ts";
import { readRequest } from "./read-request.ts";
import { readTime } from "./read-time.ts";
import { detailsHashOf, isSameRequest, requestHashOf } from "./request-hash.ts";
import { requestHashV1 } from "./request-hash-v1.ts";
import { readRetry } from "./retry.ts";
import { type Intent, type MeetingNaming, readStatus } from "./status.ts";

export { meetingFields } from "./meeting-fields.ts";
export { isSameRequest } from "./request-hash.ts";
export type { Intent, MeetingNaming } from "./status.ts";

/** A document as a user wrote it: nothing in it can be relied on. */
export type UntrustedDocument = Readonly<Record<string, unknown>>;

/** A meeting as far as it could be understood. */
export interface Meeting {
  intent: Intent;
  /** A status that is in neither list, for somebody to look at. */
  unknownStatus?: string;
  /** The id of the bot instance that the meeting is linked to. */
  botInstanceId?: string;
  /** The `requestHash` that the link was made for, of whatever version; absent for a link that is not ours. */
  linkedHash?: string;
  /** The `detailsHash` that its bot instance has taken over; absent for a link of an earlier release. */
  linkedDetailsHash?: string;
  request: RecordingRequest;
  /** Names the room across link decorations; absent when the link is refused. */
  identity?: string;
  /** Whether the link lets people in who have no passcode of their own. */
  hasPasscode?: boolean;
  /** Which meeting of a series it is; absent for one that asks for a bot right now. */
  occurrenceAt?: Instant;
  /** Changes whenever the user asks for something else. */
  requestHash: string;
  /** The same as earlier releases made it, to compare with what they have stored. */
  requestHashV1: string;
  /** Changes with what may be corrected until the bot is sent. */
  detailsHash: string;
  /** What asks for another try when it is unlike `servedRetry`; absence asks nothing. */
  retry?: string;
  /** The last `retry` that was served. */
  servedRetry?: string;
  /** What the document shows of its recording, and of which instance. */
  recordingStatus?: Status;
  shownInstanceId?: string;
  /** The user's own; what of it cannot be used is left out. */
  metadata?: Metadata;
  /** Why no bot can be sent. */
  failure?: Failure;
}

/** Reads a meeting from untrusted data. Every problem is reported with its field, all of them at once. */
export function parseMeeting(
  document: UntrustedDocument,
  naming: MeetingNaming,
  rules: LinkRules,
): Meeting {
  const problems: Problem[] = [];
  const { request, occurrenceAt } = readAsked(document, problems);
  const link = parseMeetingUrl(request.meetingUrl, rules);
  const problem = explain(problems, request.meetingUrl, link);
  return {
    ...readStatus(document, naming),
    ...readOurs(document, naming),
    request: link.ok ? { ...request, provider: link.provider } : request,
    ...(link.ok && { identity: link.identity, ...(link.passcode && { hasPasscode: true }) }),
    ...defined("occurrenceAt", occurrenceAt),
    requestHash: requestHashOf(request, link, occurrenceAt, problems),
    requestHashV1: requestHashV1(document),
    detailsHash: detailsHashOf(request),
    ...defined("retry", readRetry(document)),
    ...defined("metadata", readMetadata(document)),
    ...(problem && { failure: problem }),
  };
}

/**
 * What is wrong with a meeting, field by field. `failure` of `parseMeeting` says the same in sentences,
 * but for metadata: where that is wrong, a bot goes all the same.
 */
export function findMeetingProblems(document: UntrustedDocument, rules: LinkRules): Problem[] {
  const problems: Problem[] = [];
  const { meetingUrl } = readAsked(document, problems).request;
  readMetadata(document, problems);
  const link = parseMeetingUrl(meetingUrl, rules);
  if (meetingUrl !== "" && !link.ok) {
    problems.push({ field: "meeting_url", code: "unusable-link", message: link.message });
  }
  return problems;
}

/**
 * Whether a meeting, as it is now, may mean work: it wants a bot and has none, it asks for something
 * else than it was linked for or for another try, or it has a bot and wants none. What we write leaves
 * nothing to do.
 */
export function needsAttention(meeting: Meeting): boolean {
  const { intent, botInstanceId } = meeting;
  if (intent === "none") return false;
  if (intent === "cancel") return botInstanceId !== undefined;
  return botInstanceId === undefined || asksForMore(meeting);
}

function asksForMore(meeting: Meeting): boolean {
  const { linkedHash, linkedDetailsHash, detailsHash, retry, servedRetry } = meeting;
  const isOther = linkedHash !== undefined && !isSameRequest(linkedHash, meeting);
  const isCorrected = linkedDetailsHash !== undefined && linkedDetailsHash !== detailsHash;
  return isOther || isCorrected || (retry !== undefined && retry !== servedRetry);
}

const STATUSES: readonly Status[] = ["queued", "processing", "done", "failed", "cancelled"];

/** What we have written on a meeting, and that somebody may have written over. */
function readOurs(document: UntrustedDocument, { instanceField }: MeetingNaming) {
  const recording = Object(document["recording"]) as UntrustedDocument;
  return {
    ...defined("botInstanceId", textOf(document[instanceField])),
    ...defined("linkedHash", textOf(recording["request_hash"])),
    ...defined("linkedDetailsHash", textOf(recording["details_hash"])),
    ...defined("servedRetry", textOf(recording["retry_served"])),
    ...defined("shownInstanceId", textOf(recording["bot_instance_id"])),
    ...defined(
      "recordingStatus",
      STATUSES.find((status) => status === recording["status"]),
    ),
  };
}

/** Without a start, the occurrence's start is the meeting's. */
function readAsked(document: UntrustedDocument, problems: Problem[]) {
  const written = readRequest(document, problems, readTime);
  const occurrence = readTime(document, "occurrence_start_utc", problems);
  const startAt = written.startAt ?? occurrence;
  const request: RecordingRequest = { ...written, ...defined("startAt", startAt) };
  if (startAt !== undefined && request.endAt !== undefined && request.endAt <= startAt) {
    const start = written.startAt === undefined ? "occurrence_start_utc" : "start";
    const message = `must be later than \`${start}\``;
    problems.push({ field: "end", code: "not-after-start", message });
  }
  return { request, occurrenceAt: occurrence ?? startAt };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function defined<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

function explain(
  problems: Problem[],
  meetingUrl: string,
  link: MeetingLink | RefusedLink,
): Failure | undefined {
  if (problems.length === 0) {
    return link.ok ? undefined : failure("UNSUPPORTED_URL", "request", link.message);
  }
  const sentences = problems.map(({ field, message }) => `\`${field}\` ${message}.`);
  if (meetingUrl !== "" && !link.ok) sentences.push(link.message);
  return failure(
    "INVALID_MEETING",
    "request",
    `The meeting cannot be used: ${sentences.join(" ")}`,
  );
}
