import { type BotInstance, isTerminal, recordingEndOf } from "../bot-instance/bot-instance.ts";
import { type Instant, SECOND } from "../time.ts";
import type { Meeting } from "./meeting.ts";

/**
 * A meeting that an instance is for: the document `bot_instances/{id}/bot_links/{hash of the path}`.
 * It names one document: what is deleted and written again under the same path is another meeting.
 */
export interface LinkedMeeting {
  meetingPath: string;
  /** The document's create time; absent for a link that the version before has made. */
  meetingCreatedAt?: Instant;
  organizationId?: string;
  /** What the meeting asked for when it was linked, or when that was last taken over. */
  requestHash?: string;
  detailsHash?: string;
  /** The last `recording_retry` that was served. */
  retryServed?: string;
  joinedAt: Instant;
  /** `former`: it wants the bot no more and is still told what came of it. */
  state: "wanted" | "former";
  /** The instance that gave way to this one with the meeting. */
  mergedFrom?: string;
  /** What it asks for, as far as all that share a bot have a say in it. */
  meetingUrl: string;
  hasPasscode?: boolean;
  startAt?: Instant;
  endAt?: Instant;
  /** Absent for the usual ones. */
  formats?: string[];
  /** Why the document cannot be written to any more. */
  untold?: string;
}

/** A meeting's document as far as it tells one from another. */
export interface MeetingDocument {
  path: string;
  createdAt: Instant;
}

/** The link of a meeting that joins an instance now. */
export function linkTo(
  meeting: Meeting,
  { path, createdAt }: MeetingDocument,
  now: Instant,
): LinkedMeeting {
  const { request, requestHash, detailsHash, retry } = meeting;
  const { creatorOrganizationId: organizationId, meetingUrl, startAt, endAt } = request;
  const formats = formatsOf(request.recordingOptions);
  return {
    meetingPath: path,
    meetingCreatedAt: createdAt,
    ...(organizationId !== undefined && { organizationId }),
    requestHash,
    detailsHash,
    ...(retry !== undefined && { retryServed: retry }),
    joinedAt: now,
    state: "wanted",
    meetingUrl,
    ...(meeting.hasPasscode && { hasPasscode: true }),
    ...(startAt !== undefined && { startAt }),
    ...(endAt !== undefined && { endAt }),
    ...(formats && { formats }),
  };
}

/** The formats that options name; undefined where they leave them to the defaults. */
export function formatsOf(options: Readonly<Record<string, unknown>> = {}): string[] | undefined {
  const { formats } = options;
  return Array.isArray(formats) ? formats.map(String) : undefined;
}

/** Whether a link is that of this very document, still of the organisation that it was made for. */
export function isLinkOf(
  link: LinkedMeeting,
  document: MeetingDocument,
  organizationId: string | undefined,
): boolean {
  const { meetingCreatedAt } = link;
  return (
    (meetingCreatedAt === undefined || meetingCreatedAt === document.createdAt) &&
    link.organizationId === organizationId
  );
}

/** The end of a recording is noticed later than it comes: who joined that shortly before was not recorded. */
const UNNOTICED_MS = 5 * SECOND;

/**
 * Where a link leads besides to its instance: `moved` to another instance, or to nothing because the
 * recording had ended when the meeting joined, or because the bot that another gave way to recorded nothing.
 */
export function standingOf(
  link: LinkedMeeting,
  instance: BotInstance,
): "holds" | "moved" | "unserved" {
  if (link.state === "former") return "holds";
  if ((instance.mergedInto ?? instance.retriedBy) !== undefined) return "moved";
  return isUnserved(link, instance) ? "unserved" : "holds";
}

/** Whether an instance has ended with nothing that is this meeting's. */
export function isUnserved(
  { startAt, joinedAt, mergedFrom }: LinkedMeeting,
  instance: BotInstance,
): boolean {
  const { createdAt, outputs = [] } = instance;
  if (!isTerminal(instance)) return false;
  if (outputs.length === 0 && instance.recordingErasedAt === undefined) {
    return mergedFrom !== undefined;
  }
  // Whoever had the bot sent has its recording, whenever that ended.
  const isGuest = joinedAt > createdAt || mergedFrom !== undefined;
  const endedAt = recordingEndOf(instance);
  if (!isGuest || endedAt === undefined) return false;
  return startAt === undefined ? joinedAt >= endedAt - UNNOTICED_MS : startAt >= endedAt;
}
