import type { BotInstance, RecordingRequest } from "../bot-instance/bot-instance.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { claim } from "../bot-instance/transitions/claim.ts";
import { occurrenceKeyOf } from "../session/session.ts";
import type { Instant } from "../time.ts";
import type { Meeting } from "./meeting.ts";
import type { ServeEvent, ServeFacts } from "./serve.ts";

/** When a meeting's bot is sent; never before now. */
export function dueAt({ request }: Meeting, { joinLeadMs }: ServeEvent, now: Instant): Instant {
  return Math.max(now, (request.startAt ?? now) - joinLeadMs);
}

/** A new instance that waits to do what a meeting asks for. */
export function draft(
  { meetingPath, sessionKey }: Pick<ServeFacts, "meetingPath" | "sessionKey">,
  meeting: Meeting,
  event: ServeEvent,
  { now, rules }: Surroundings,
): BotInstance {
  return {
    ...meeting.request,
    id: event.instanceId,
    status: "queued",
    phaseAt: {},
    wakeAt: dueAt(meeting, event, now),
    sessionKey,
    occurrenceKey: occurrenceKeyOf(meeting),
    requestHash: meeting.requestHash,
    meetings: [meetingPath],
    attempt: 0,
    maxAttempts: rules.maxAttempts,
    launchFailures: 0,
    createdAt: now,
    updatedAt: now,
  };
}

/** A waiting instance with what a meeting asks for now. Its seat, attempts and history stay. */
export function redraft(
  instance: BotInstance,
  meeting: Meeting,
  event: ServeEvent,
  { now }: Surroundings,
): BotInstance {
  const { request, requestHash } = meeting;
  const wakeAt = dueAt(meeting, event, now);
  return { ...instance, ...UNASKED, ...request, requestHash, wakeAt, updatedAt: now };
}

/** What a request need not say: nothing of an earlier one stays. */
const UNASKED = {
  provider: undefined,
  startAt: undefined,
  endAt: undefined,
  timezone: undefined,
  botName: undefined,
  creatorOrganizationId: undefined,
  creatorUserId: undefined,
  gcsPath: undefined,
  recordingOptions: undefined,
} satisfies Record<Exclude<keyof RecordingRequest, "meetingUrl">, undefined>;

/** The instance after a claim, or as it is when it is not due or nobody is to claim it. */
export function claimIfDue(
  instance: BotInstance,
  event: ServeEvent,
  at: Surroundings,
): BotInstance {
  const { token, claimedBy } = event;
  if (claimedBy === undefined) return instance;
  const claimed = claim(instance, { token, claimedBy }, at);
  return claimed.ok ? { ...instance, ...claimed.patch } : instance;
}
