import type { RecordingRequest, Status } from "../bot-instance/bot-instance.ts";
import { type Failure, failure } from "../errors.ts";
import { hashOf } from "../hash.ts";
import { parseRecordingPath } from "../object-names.ts";
import { isMap } from "../map.ts";
import type { Instant } from "../time.ts";
import { type Problem, readInstant, readText } from "./fields.ts";
import {
  type LinkRules,
  type MeetingLink,
  parseMeetingUrl,
  type RefusedLink,
} from "./meeting-url.ts";
import { readOptions } from "./recording-options.ts";
import { TEXT_LIMITS } from "./text-limits.ts";

/** A document as a user wrote it: nothing in it can be relied on. */
export type UntrustedDocument = Readonly<Record<string, unknown>>;

/** How the user's collections spell what we need; every name can be changed by the environment. */
export interface MeetingNaming {
  statusField: string;
  /** The statuses that want a bot. */
  statusValues: readonly string[];
  /** The statuses that want none any more. */
  cancelValues: readonly string[];
  instanceField: string;
}

/** What a meeting's status says: it wants a bot, wants none any more, or nothing about bots. */
export type Intent = "record" | "cancel" | "none";

/** A meeting as far as it could be understood. */
export interface Meeting {
  intent: Intent;
  /** The id of the bot instance that the meeting is linked to. */
  botInstanceId?: string;
  /** The `requestHash` that the link was made for; absent for a link that is not ours. */
  linkedHash?: string;
  request: RecordingRequest;
  /** Names the room across link decorations; absent when the link is refused. */
  identity?: string;
  /** Which meeting of a series it is; absent for one that asks for a bot right now. */
  occurrenceAt?: Instant;
  /** Changes whenever the user asks for something else. */
  requestHash: string;
  /** Why no bot can be sent. */
  failure?: Failure;
  hasPasscode?: boolean;
  recordingStatus?: Status;
  /** The instance that the document's map `recording` is about. */
  shownInstanceId?: string;
  detailsHash: string;
  retry?: string;
  metadata?: Readonly<Record<string, string>>;
}

export function isSameRequest(stored: string, meeting: Meeting): boolean {
  return stored === meeting.requestHash;
}

/** The fields of a document that something is read of; it may have others of any size. */
export function meetingFields({ statusField, instanceField }: MeetingNaming): string[] {
  return [statusField, instanceField, ...FIELDS];
}

const FIELDS = [
  "meeting_url",
  "join_url",
  "start",
  "end",
  "occurrence_start_utc",
  "timezone",
  "bot_name",
  "creator_organization_id",
  "creator_user_id",
  "gcs_path",
  "recording_options",
  "metadata",
  "recording_retry",
  "recording",
];

/** Reads a meeting from untrusted data. Every problem is reported with its field, all of them at once. */
export function parseMeeting(
  document: UntrustedDocument,
  naming: MeetingNaming,
  rules: LinkRules,
): Meeting {
  const problems: Problem[] = [];
  const request = readRequest(document, problems);
  const link = parseMeetingUrl(request.meetingUrl, rules);
  const occurrenceAt = readInstant(document, "occurrence_start_utc", problems) ?? request.startAt;
  const botInstanceId = document[naming.instanceField];
  const problem = explain(problems, request.meetingUrl, link);
  const linkedHash = readLinkedHash(document);
  return {
    intent: readIntent(document, naming),
    ...(typeof botInstanceId === "string" && botInstanceId !== "" && { botInstanceId }),
    ...(linkedHash !== undefined && { linkedHash }),
    request: link.ok ? { ...request, provider: link.provider } : request,
    ...(link.ok && { identity: link.identity }),
    ...(occurrenceAt !== undefined && { occurrenceAt }),
    requestHash: hashOf(whatIsAsked(request), occurrenceAt, problems),
    ...(problem && { failure: problem }),
    detailsHash: hashOf(request.botName, request.gcsPath, request.creatorUserId, request.timezone),
    ...(typeof document["recording_retry"] === "string" && { retry: document["recording_retry"] }),
    ...readShown(document),
  };
}

/** What keeps a bot from a meeting, field by field: `failure` of `parseMeeting` says the same in sentences. */
export function findMeetingProblems(document: UntrustedDocument, rules: LinkRules): Problem[] {
  const problems: Problem[] = [];
  const { meetingUrl } = readRequest(document, problems);
  readInstant(document, "occurrence_start_utc", problems);
  const link = parseMeetingUrl(meetingUrl, rules);
  if (meetingUrl !== "" && !link.ok) {
    problems.push({ field: "meeting_url", message: link.message });
  }
  return problems;
}

/**
 * Whether a meeting, as it is now, may mean work: it wants a bot and has none, it asks for something
 * else than it was linked for, or it has a bot and wants none. What we write leaves nothing to do.
 */
export function needsAttention(meeting: Meeting): boolean {
  const { intent, botInstanceId, linkedHash, requestHash } = meeting;
  if (intent === "none") return false;
  if (intent === "cancel") return botInstanceId !== undefined;
  return botInstanceId === undefined || (linkedHash !== undefined && linkedHash !== requestHash);
}

function readIntent(document: UntrustedDocument, naming: MeetingNaming): Intent {
  const value = document[naming.statusField];
  if (typeof value === "object") return "none";
  if (naming.statusValues.includes(String(value))) return "record";
  return naming.cancelValues.includes(String(value)) ? "cancel" : "none";
}

/** From the map that we keep on a meeting, and that somebody may have written over. */
function readLinkedHash({ recording }: UntrustedDocument): string | undefined {
  if (typeof recording !== "object" || recording === null) return undefined;
  const hash = (recording as UntrustedDocument)["request_hash"];
  return typeof hash === "string" ? hash : undefined;
}

const STATUSES: readonly Status[] = ["queued", "processing", "done", "failed", "cancelled"];

/** What we have written there, and somebody may have written over. */
function readShown({
  recording,
}: UntrustedDocument): Pick<Meeting, "recordingStatus" | "shownInstanceId"> {
  const { status, bot_instance_id: shown } = isMap(recording) ? recording : {};
  const recordingStatus = STATUSES.find((known) => known === status);
  return {
    ...(recordingStatus && { recordingStatus }),
    ...(typeof shown === "string" && { shownInstanceId: shown }),
  };
}

function readRequest(document: UntrustedDocument, problems: Problem[]): RecordingRequest {
  const meetingUrl =
    readText(document, "meeting_url", problems, TEXT_LIMITS.meetingUrl) ??
    readText(document, "join_url", problems, TEXT_LIMITS.meetingUrl);
  if (meetingUrl === undefined && problems.length === 0) {
    problems.push({ field: "meeting_url", message: "is missing: write the meeting's link there" });
  }
  return withoutUndefined({
    meetingUrl: meetingUrl ?? "",
    startAt: readInstant(document, "start", problems),
    endAt: readInstant(document, "end", problems),
    timezone: readText(document, "timezone", problems, TEXT_LIMITS.timezone),
    botName: readText(document, "bot_name", problems, TEXT_LIMITS.botName),
    creatorOrganizationId: readText(
      document,
      "creator_organization_id",
      problems,
      TEXT_LIMITS.creatorOrganizationId,
    ),
    creatorUserId: readText(document, "creator_user_id", problems, TEXT_LIMITS.creatorUserId),
    gcsPath: readPath(document, problems),
    recordingOptions: readOptions(document["recording_options"], problems),
  });
}

function readPath(document: UntrustedDocument, problems: Problem[]): string | undefined {
  const field = "gcs_path";
  const path = readText(document, field, problems, TEXT_LIMITS.gcsPath);
  const parsed = path === undefined ? undefined : parseRecordingPath(path);
  if (parsed?.ok === false) problems.push({ field, message: parsed.problem });
  return path;
}

/** What of a request makes it another one: a mended password in the link does, too. */
function whatIsAsked(request: RecordingRequest): Partial<RecordingRequest> {
  const { meetingUrl, creatorOrganizationId, startAt, endAt, recordingOptions } = request;
  return { meetingUrl, creatorOrganizationId, startAt, endAt, recordingOptions };
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

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Defined<T>;
}
