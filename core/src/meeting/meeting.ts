import type { RecordingRequest } from "../bot-instance/bot-instance.ts";
import { type Failure, failure } from "../errors.ts";
import { hashOf } from "../hash.ts";
import { parseRecordingPath } from "../object-names.ts";
import type { Instant } from "../time.ts";
import { type Problem, readInstant, readMap, readText } from "./fields.ts";
import { type MeetingLink, parseMeetingUrl, type RefusedLink } from "./meeting-url.ts";

/** A document as a user wrote it: nothing in it can be relied on. */
export type UntrustedDocument = Readonly<Record<string, unknown>>;

/** How the user's collections spell what we need; every name can be changed by the environment. */
export interface MeetingNaming {
  statusField: string;
  /** The statuses that want a bot. */
  statusValues: readonly string[];
  instanceField: string;
}

/** A meeting as far as it could be understood. */
export interface Meeting {
  wantsBot: boolean;
  /** The id of the bot instance that the meeting is linked to. */
  botInstanceId?: string;
  request: RecordingRequest;
  /** Names the room across link decorations; absent when the link is refused. */
  identity?: string;
  /** Which meeting of a series it is; absent for one that asks for a bot right now. */
  occurrenceAt?: Instant;
  /** Changes whenever the user asks for something else. */
  requestHash: string;
  /** Why no bot can be sent. */
  failure?: Failure;
}

/** Reads a meeting from untrusted data. Every problem is reported with its field, all of them at once. */
export function parseMeeting(document: UntrustedDocument, naming: MeetingNaming): Meeting {
  const problems: Problem[] = [];
  const request = readRequest(document, problems);
  const link = parseMeetingUrl(request.meetingUrl);
  const occurrenceAt = readInstant(document, "occurrence_start_utc", problems) ?? request.startAt;
  const status = document[naming.statusField];
  const wantsBot = typeof status !== "object" && naming.statusValues.includes(String(status));
  const botInstanceId = document[naming.instanceField];
  const problem = explain(problems, request.meetingUrl, link);
  return {
    wantsBot,
    ...(typeof botInstanceId === "string" && botInstanceId !== "" && { botInstanceId }),
    request: link.ok ? { ...request, provider: link.provider } : request,
    ...(link.ok && { identity: link.identity }),
    ...(occurrenceAt !== undefined && { occurrenceAt }),
    requestHash: hashOf(wantsBot, whatIsAsked(request), link, occurrenceAt, problems),
    ...(problem && { failure: problem }),
  };
}

/**
 * Whether a write to a meeting may mean work: it wants a bot and has none, or it asks for something
 * else than before. Our own writes never do.
 */
export function needsAttention(before: Meeting | undefined, after: Meeting): boolean {
  if (after.botInstanceId === undefined) return after.wantsBot;
  return before?.requestHash !== after.requestHash;
}

function readRequest(document: UntrustedDocument, problems: Problem[]): RecordingRequest {
  const meetingUrl =
    readText(document, "meeting_url", problems) ?? readText(document, "join_url", problems);
  if (meetingUrl === undefined && problems.length === 0) {
    problems.push({ field: "meeting_url", message: "is missing: write the meeting's link there" });
  }
  return withoutUndefined({
    meetingUrl: meetingUrl ?? "",
    startAt: readInstant(document, "start", problems),
    endAt: readInstant(document, "end", problems),
    timezone: readText(document, "timezone", problems),
    botName: readText(document, "bot_name", problems),
    creatorOrganizationId: readText(document, "creator_organization_id", problems),
    creatorUserId: readText(document, "creator_user_id", problems),
    gcsPath: readPath(document, "gcs_path", problems),
    recordingOptions: readMap(document, "recording_options", problems),
  });
}

const readPath: typeof readText = (document, field, problems) => {
  const path = readText(document, field, problems);
  const parsed = path === undefined ? undefined : parseRecordingPath(path);
  if (parsed?.ok === false) problems.push({ field, message: parsed.problem });
  return path;
};

/** What of a request makes it another one; the link is known by where it leads. */
function whatIsAsked(request: RecordingRequest): Partial<RecordingRequest> {
  const { creatorOrganizationId, startAt, endAt, recordingOptions } = request;
  return { creatorOrganizationId, startAt, endAt, recordingOptions };
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
