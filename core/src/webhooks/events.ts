import { type BotInstance, isTerminal, type Status } from "../bot-instance/bot-instance.ts";
import { afterChange } from "../bot-instance/change.ts";
import type { Plan } from "../meeting/plan.ts";
import type { Served } from "../meeting/serve.ts";
import type { WebhookFacts } from "./facts.ts";

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
  /** The path of the meeting that it was made for, or that has joined it. */
  joinedMeeting?: string;
}

/** What is told of an end, besides that the status has changed. */
const ENDS: Partial<Record<Status, WebhookEventType>> = {
  done: "recording.completed",
  failed: "recording.failed",
};

/** Something to tell, and of which meetings: of one, or of all that the bot has. */
export interface Notice {
  type: WebhookEventType;
  meeting?: string;
}

/**
 * What a change of a bot is to those who ask. A meeting that joins a recording that is done is told
 * so, alone. One that goes when its bot has ended is no news: what came of it was told then. A bot that
 * gave way to another is none either: its meetings have that one.
 */
export function noticesOf(change: BotChange): Notice[] {
  const { before, after, cancelledMeeting, joinedMeeting } = change;
  const isNewStatus = before?.status !== after.status && after.mergedInto === undefined;
  const notices: Notice[] = [];
  if (cancelledMeeting !== undefined && before && !isTerminal(before)) {
    notices.push({ type: "meeting.cancelled", meeting: cancelledMeeting });
  }
  const end = ENDS[after.status];
  if (end && isNewStatus) notices.push({ type: end });
  else if (end && joinedMeeting !== undefined) notices.push({ type: end, meeting: joinedMeeting });
  if (isNewStatus) notices.push({ type: "bot.status_changed" });
  return notices;
}

/** What serving the meeting at `meetingPath` does to bots. */
export function changesOf(
  { kind, plan }: Extract<Served, { plan: Plan }>,
  meetingPath: string,
): BotChange[] {
  const isNew = kind === "created" || kind === "joined";
  return botChangesOf(plan).map((change) => ({
    ...change,
    ...(kind === "released" && { cancelledMeeting: meetingPath }),
    ...(isNew && change.after.id === plan.instance.id && { joinedMeeting: meetingPath }),
  }));
}

/** What a plan does to bots. */
export function botChangesOf({ created, changed }: Pick<Plan, "created" | "changed">): BotChange[] {
  const changes = changed.map((change) => ({
    before: change.instance,
    after: afterChange(change),
  }));
  return created ? [...changes, { after: created }] : changes;
}
