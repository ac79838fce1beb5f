import type { RecordingRequest } from "../bot-instance/bot-instance.ts";
import { parseRecordingPath } from "../object-names.ts";
import type { Instant } from "../time.ts";
import { type Problem, type Reader, readText } from "./fields.ts";
import type { UntrustedDocument } from "./meeting.ts";
import { readOptions } from "./recording-options.ts";
import { TEXT_LIMITS } from "./text-limits.ts";

/** Reads what a meeting asks of a recording. The order of the problems is the order of the fields here. */
export function readRequest(
  document: UntrustedDocument,
  problems: Problem[],
  readTime: Reader<Instant>,
): RecordingRequest {
  const text = (field: string, key: keyof typeof TEXT_LIMITS) =>
    readText(document, field, problems, TEXT_LIMITS[key]);
  const meetingUrl = text("meeting_url", "meetingUrl") ?? text("join_url", "meetingUrl");
  if (meetingUrl === undefined && problems.length === 0) {
    const message = "is missing: write the meeting's link there";
    problems.push({ field: "meeting_url", code: "missing", message });
  }
  return withoutUndefined({
    meetingUrl: meetingUrl ?? "",
    startAt: readTime(document, "start", problems),
    endAt: readTime(document, "end", problems),
    timezone: text("timezone", "timezone"),
    botName: text("bot_name", "botName"),
    creatorOrganizationId: text("creator_organization_id", "creatorOrganizationId"),
    creatorUserId: text("creator_user_id", "creatorUserId"),
    gcsPath: readPath(document, problems),
    recordingOptions: readOptions(document["recording_options"], problems),
  });
}

function readPath(document: UntrustedDocument, problems: Problem[]): string | undefined {
  const field = "gcs_path";
  const path = readText(document, field, problems, TEXT_LIMITS.gcsPath);
  const parsed = path === undefined ? undefined : parseRecordingPath(path);
  if (parsed?.ok === false) {
    problems.push({ field, code: "unusable-path", message: parsed.problem });
  }
  return path;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Defined<T>;
}
