import type { BotInstance, RecordingRequest } from "../bot-instance/bot-instance.ts";
import type { Patch, Surroundings } from "../bot-instance/transition.ts";
import type { Instant } from "../time.ts";
import type { Meeting } from "./meeting.ts";

/** When a bot is sent to a meeting that begins at `startAt`; never before now. */
export function dueAt(startAt: Instant | undefined, joinLeadMs: number, now: Instant): Instant {
  return Math.max(now, (startAt ?? now) - joinLeadMs);
}

/** What a new instance is made of besides the meeting. */
export interface DraftedFor {
  instanceId: string;
  meetingPath: string;
  sessionKey: string;
  joinLeadMs: number;
  /** When the bot was asked for; not now for one whose instance is gone. */
  askedAt: Instant;
}

/** A new instance that waits to do what a meeting asks for. */
export function draft(
  meeting: Meeting,
  { instanceId, meetingPath, sessionKey, joinLeadMs, askedAt }: DraftedFor,
  { now, rules }: Surroundings,
): BotInstance {
  const { occurrenceAt: anchorAt, request, requestHash, hasPasscode } = meeting;
  return {
    ...request,
    ...(hasPasscode && { hasPasscode }),
    id: instanceId,
    status: "queued",
    phaseAt: {},
    wakeAt: dueAt(request.startAt, joinLeadMs, now),
    sessionKey,
    ...(anchorAt !== undefined && { anchorAt }),
    requestHash,
    meetingPath,
    wantedLinks: 1,
    attempt: 0,
    maxAttempts: rules.maxAttempts,
    launchFailures: 0,
    createdAt: askedAt,
    updatedAt: now,
  };
}

/** What nobody but the first of an instance's meetings has a say in. */
const FIRST_ALONE = [
  "timezone",
  "botName",
  "creatorUserId",
  "gcsPath",
  "recordingOptions",
] as const satisfies (keyof RecordingRequest)[];

/** What an instance takes over from its first meeting: of a bot that was sent, what only later attempts read. */
export function redraft(instance: BotInstance, { request }: Meeting, wasSent: boolean): Patch {
  const names = wasSent ? (["recordingOptions"] as const) : FIRST_ALONE;
  const changes = names.filter(
    (name) => JSON.stringify(instance[name]) !== JSON.stringify(request[name]),
  );
  return Object.fromEntries(changes.map((name) => [name, request[name]]));
}

/** Whether a bot has been sent, or was, in an attempt that another one is to follow. */
export function wasSent({ status, claimedAt }: BotInstance): boolean {
  return status !== "queued" || claimedAt !== undefined;
}
