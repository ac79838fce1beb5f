import { firstJoinUntil, type LeaseRules } from "../bot-instance/lease.ts";
import type { Instant } from "../time.ts";
import {
  type MeetingNaming,
  needsAttention,
  parseMeeting,
  type UntrustedDocument,
} from "./meeting.ts";

/** What is to be done about a meeting that was found. */
export type Judgement =
  /** It asks for no bot, and has none. */
  | "unwanted"
  | "has a bot"
  /** A bot would come too late. */
  | "over"
  /** It waits for an answer: no event of its last change was served. */
  | "wanted";

/** A meeting's document, when it was last written, and when that was read. */
export interface FoundMeeting {
  path: string;
  fields: UntrustedDocument;
  updatedAt: Instant;
  readAt: Instant;
}

/** What every judgement goes by. */
export interface Judging {
  rules: LeaseRules;
  naming: MeetingNaming;
}

/** Decides about a meeting as the functions would have when it was written. */
export function judgeMeeting(
  { fields, updatedAt, readAt }: Omit<FoundMeeting, "path">,
  { rules, naming }: Judging,
): Judgement {
  const meeting = parseMeeting(fields, naming, rules);
  if (!needsAttention(meeting)) return meeting.intent === "record" ? "has a bot" : "unwanted";
  const overAt = firstJoinUntil({ ...meeting.request, createdAt: updatedAt }, rules);
  return readAt > overAt ? "over" : "wanted";
}

/** How far a walk has come that goes on from run to run. */
export interface WalkProgress {
  /** The last document that was seen; absent where the walk begins anew. */
  after?: string;
  /** The day in UTC, `YYYY-MM-DD`, that `reads` counts for. */
  day?: string;
  /** Documents read on that day. */
  reads: number;
}

/**
 * How many documents may be read now: a day's reads are spread over its hours, and what one hour left
 * unread the next ones may read.
 */
export function readsAllowed(progress: WalkProgress, readsPerDay: number, now: Instant): number {
  const hoursBegun = new Date(now).getUTCHours() + 1;
  const spent = progress.day === dayOf(now) ? progress.reads : 0;
  return Math.max(0, Math.floor((readsPerDay * hoursBegun) / 24) - spent);
}

/** The progress after a page that cost so many reads; without `after` the walk was through. */
export function walked(
  progress: WalkProgress,
  { after, reads }: { after?: string | undefined; reads: number },
  now: Instant,
): WalkProgress {
  const day = dayOf(now);
  const spent = progress.day === day ? progress.reads : 0;
  return { ...(after !== undefined && { after }), day, reads: spent + reads };
}

function dayOf(now: Instant): string {
  return new Date(now).toISOString().slice(0, "YYYY-MM-DD".length);
}
