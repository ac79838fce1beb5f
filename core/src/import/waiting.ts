import { type BotInstance, hasStored } from "../bot-instance/bot-instance.ts";
import type { LeaseRules } from "../bot-instance/lease.ts";
import type { Meeting } from "../meeting/meeting.ts";
import type { Seat, Session } from "../session/session.ts";
import { type Instant, MINUTE } from "../time.ts";
import type { FinishedRecording } from "./finished-recording.ts";

/** A meeting as the transaction has read it. */
export interface FoundMeeting {
  path: string;
  /** When its document was made. */
  createdAt: Instant;
  meeting: Meeting;
}

/** An instance without a recording, and its meetings that want one. */
export interface Waiting {
  instance: BotInstance;
  meetings: readonly FoundMeeting[];
}

/**
 * Whether an instance has recorded nothing and, for all that is known now, is about to record nothing:
 * a recording of its meeting is welcome. One at work is left alone: it may be recording this very meeting.
 */
export function isWaiting(
  instance: BotInstance,
  { organizationId }: Pick<FinishedRecording, "organizationId">,
): boolean {
  const { status, creatorOrganizationId, recordingErasedAt } = instance;
  const isIdle = status === "queued" || status === "failed" || status === "cancelled";
  return (
    isIdle &&
    creatorOrganizationId === organizationId &&
    !hasStored(instance) &&
    recordingErasedAt === undefined
  );
}

/** The meetings that a waiting instance still speaks for: linked to it, of its organisation, not cancelled. */
export function waitingMeetings<M extends FoundMeeting>(
  { id, creatorOrganizationId }: BotInstance,
  found: readonly M[],
): M[] {
  return found.filter(
    ({ meeting: { botInstanceId, intent, request } }) =>
      botInstanceId === id &&
      intent !== "cancel" &&
      request.creatorOrganizationId === creatorOrganizationId,
  );
}

/** The seat in a room that nothing was recorded from, of the last meeting that was still on when the recording ended. */
export function findWaitingSeat(
  { seats }: Session,
  { endedAt }: Pick<FinishedRecording, "endedAt">,
  { maxRecordingMinutes }: Pick<LeaseRules, "maxRecordingMinutes">,
): Seat | undefined {
  const wasOn = ({ status, startAt, updatedAt }: Seat) =>
    status !== "processing" &&
    status !== "done" &&
    (startAt ?? endedAt) <= endedAt &&
    (startAt ?? updatedAt) >= endedAt - maxRecordingMinutes * MINUTE;
  return Object.values(seats)
    .filter(wasOn)
    .toSorted((a, b) => (b.startAt ?? b.updatedAt) - (a.startAt ?? a.updatedAt))[0];
}
