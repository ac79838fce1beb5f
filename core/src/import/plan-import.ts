import {
  type BotInstance,
  isTerminal,
  type RecordingRequest,
} from "../bot-instance/bot-instance.ts";
import type { Change } from "../bot-instance/change.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { cancel } from "../bot-instance/transitions/cancel.ts";
import type { MeetingNaming } from "../meeting/meeting.ts";
import { type FinishedRecording, importIdOf } from "./finished-recording.ts";
import type { Waiting } from "./waiting.ts";

/** What one transaction writes to import a recording. */
export interface ImportPlan {
  created: BotInstance;
  /** The instance that waited in vain, where its meetings leave it. */
  released?: Change;
}

/**
 * Decides how a recording is imported: by an instance of its own, in the name of the meetings that
 * waited for it, or of the one at `newMeetingPath`.
 */
export function planImport(
  recording: FinishedRecording,
  waiting: Waiting | undefined,
  newMeetingPath: string,
  at: Surroundings,
): ImportPlan {
  const paths = waiting?.meetings.map(({ path }) => path) ?? [newMeetingPath];
  const created = draftImport(recording, requestOf(recording, waiting), paths, at);
  return waiting ? { created, released: release(waiting.instance, paths, at) } : { created };
}

/** What a meeting is that was unknown until its recording came; its status asks for nothing. */
export function newMeetingFields(
  { link, organizationId, userId }: FinishedRecording,
  { statusField, statusValues, cancelValues }: MeetingNaming,
): Record<string, unknown> {
  const isTaken = [...statusValues, ...cancelValues].includes(RECORDED);
  return {
    ...(!isTaken && { [statusField]: RECORDED }),
    ...(link && { meeting_url: link.url }),
    ...(organizationId !== undefined && { creator_organization_id: organizationId }),
    ...(userId !== undefined && { creator_user_id: userId }),
  };
}

const RECORDED = "recorded";

/** Neither its link nor its time matter any more: no bot goes anywhere. */
type ImportRequest = Pick<
  RecordingRequest,
  "meetingUrl" | "creatorOrganizationId" | "creatorUserId" | "gcsPath" | "recordingOptions"
>;

/** What its first meeting asks for; where that cannot be used, what the recording says of itself. */
function requestOf(recording: FinishedRecording, waiting: Waiting | undefined): ImportRequest {
  const own: ImportRequest = {
    meetingUrl: recording.link?.url ?? "",
    creatorOrganizationId: recording.organizationId,
    creatorUserId: recording.userId,
  };
  const meeting = waiting?.meetings[0]?.meeting;
  if (!meeting || meeting.failure) return own;
  const {
    meetingUrl,
    gcsPath,
    recordingOptions,
    creatorUserId = own.creatorUserId,
  } = meeting.request;
  return { ...own, meetingUrl, creatorUserId, gcsPath, recordingOptions };
}

function draftImport(
  { recordingId, uri, durationSeconds }: FinishedRecording,
  request: ImportRequest,
  paths: readonly string[],
  { now, rules }: Surroundings,
): BotInstance {
  return {
    ...request,
    id: importIdOf(recordingId),
    status: "queued",
    source: { uri, recordingId, ...(durationSeconds !== undefined && { durationSeconds }) },
    phaseAt: {},
    wakeAt: now,
    ...(paths[0] !== undefined && { meetingPath: paths[0] }),
    wantedLinks: paths.length,
    attempt: 0,
    maxAttempts: rules.maxAttempts,
    launchFailures: 0,
    createdAt: now,
    updatedAt: now,
  };
}

/** Its bot is no longer needed, unless other meetings wait for it. */
function release(instance: BotInstance, taken: readonly string[], at: Surroundings): Change {
  const wantedLinks = Math.max(0, instance.wantedLinks - taken.length);
  const meetings = instance.meetings?.filter((path) => !taken.includes(path));
  const isOver = wantedLinks === 0 && !isTerminal(instance);
  const cancelled = isOver ? cancel(instance, at) : undefined;
  const patch = {
    ...(cancelled?.ok && cancelled.patch),
    wantedLinks,
    ...(meetings && { meetings: meetings.length > 0 ? meetings : undefined }),
  };
  return { instance, patch };
}
