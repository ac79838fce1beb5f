import { type BotInstance, isTerminal, type Status } from "../bot-instance/bot-instance.ts";
import type { Plan, Served } from "../meeting/serve.ts";
import { factsOf, type WebhookFacts } from "./facts.ts";

/** What an endpoint can ask to be told. */
export const WEBHOOK_EVENTS = [
  "recording.completed",
  "recording.failed",
  "meeting.cancelled",
  "bot.status_changed",
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENTS)[number];

/** Something to tell the endpoints of the organisation that `data` names. */
export interface WebhookEvent {
  type: WebhookEventType;
  data: WebhookFacts;
}

/** What one transaction did to a bot. */
export interface BotChange {
  /** Absent for one that was made. */
  before?: BotInstance;
  after: BotInstance;
  /** The path of a meeting that had this bot and wants none any more. */
  cancelledMeeting?: string;
}

/** What is told of an end, besides that the status has changed. */
const ENDS: Partial<Record<Status, WebhookEventType>> = {
  done: "recording.completed",
  failed: "recording.failed",
};

/**
 * What a change of a bot is to those who ask. A meeting that joins a recording that is done is told
 * so, alone. One that goes when its bot has ended is no news: what came of it was told then.
 */
export function eventsOf({ before, after, cancelledMeeting }: BotChange): WebhookEvent[] {
  const isNewStatus = before?.status !== after.status;
  const concerned = isNewStatus ? latestMeetings(before, after) : joined(before, after);
  const told: [WebhookEventType, readonly string[]][] = [];
  if (cancelledMeeting !== undefined && before && !isTerminal(before)) {
    told.push(["meeting.cancelled", [cancelledMeeting]]);
  }
  const end = ENDS[after.status];
  if (end && (isNewStatus || concerned.length > 0)) told.push([end, concerned]);
  if (isNewStatus) told.push(["bot.status_changed", concerned]);
  return told.map(([type, meetings]) => ({ type, data: factsOf(after, meetings) }));
}

/** The meetings of a bot or, when the last one has just left it, those that it had. */
function latestMeetings(before: BotInstance | undefined, after: BotInstance): string[] {
  return after.meetings.length > 0 ? after.meetings : (before?.meetings ?? []);
}

function joined(before: BotInstance, after: BotInstance): string[] {
  const known = new Set(before.meetings);
  return after.meetings.filter((path) => !known.has(path));
}

/** What serving the meeting at `meetingPath` does to bots. */
export function changesOf(
  { kind, plan: { created, changed } }: Extract<Served, { plan: Plan }>,
  meetingPath: string,
): BotChange[] {
  const changes = changed.map(({ instance, patch }) => ({
    before: instance,
    after: { ...instance, ...patch },
    ...(kind === "released" && { cancelledMeeting: meetingPath }),
  }));
  return created ? [...changes, { after: created }] : changes;
}
