import type { BotInstance } from "../bot-instance/bot-instance.ts";
import type { Session } from "../session/session.ts";
import type { Instant } from "../time.ts";
import {
  isLinkOf,
  type LinkedMeeting,
  type MeetingDocument,
  standingOf,
} from "./linked-meeting.ts";
import type { Meeting } from "./meeting.ts";

/** What the transaction has read. */
export interface ServeFacts {
  meetingPath: string;
  /** Absent when the document is gone. */
  meeting?: Meeting | undefined;
  /** When the document was made; absent when it is gone. */
  createdAt?: Instant | undefined;
  /** The instance that the meeting is linked to, or was until its link was lost; if it still exists. */
  linked?: BotInstance | undefined;
  /** That instance's link for this path. */
  link?: LinkedMeeting | undefined;
  /** Where `linked` has its meetings moved. */
  survivor?: BotInstance | undefined;
  /** The links for this path of bots that the meeting could join, by instance id. */
  known: ReadonlyMap<string, LinkedMeeting>;
  /** The other links that want the bot that the meeting has. */
  fellows: readonly LinkedMeeting[];
  /** The room that the meeting takes place in. */
  sessionKey: string;
  /** The locks of that room and of the rooms of `linked` and `survivor`, by key. */
  sessions: Readonly<Record<string, Session>>;
  /** Every instance that was read, by id. */
  instances: ReadonlyMap<string, BotInstance>;
}

/** The bot that a meeting has. */
export interface Hold {
  bot: BotInstance;
  link: LinkedMeeting;
  /** The instance that the link is still at; another one than `bot` until the meeting is moved. */
  linkedTo: BotInstance;
}

/**
 * The link that is there for this path, and whether it holds for the document as it is now. `stale`: the
 * document is gone, was written again, or belongs to another organisation. `unserved`: there is nothing to be had of it.
 */
export type Holding = { kind: "none" } | { kind: "held" | "stale" | "unserved"; hold: Hold };

/** Finds out whose bot a meeting has. */
export function holdingOf(facts: ServeFacts): Holding {
  const { linked, link, survivor } = facts;
  if (!linked || !link || link.state === "former") return { kind: "none" };
  const standing = standingOf(link, linked);
  const moved = standing === "moved" ? survivor : undefined;
  const hold = { bot: moved ?? linked, link, linkedTo: linked };
  if (!isTheirs(facts, link)) return { kind: "stale", hold };
  if (standing === "unserved" || (standing === "moved" && !isServedBy(moved, link))) {
    return { kind: "unserved", hold };
  }
  return { kind: "held", hold };
}

function isTheirs({ meeting, meetingPath: path, createdAt }: ServeFacts, link: LinkedMeeting) {
  if (!meeting || createdAt === undefined) return false;
  return isLinkOf(link, { path, createdAt }, meeting.request.creatorOrganizationId);
}

/** A meeting whose bot gave way to one that has recorded nothing in the end needs a bot of its own. */
function isServedBy(survivor: BotInstance | undefined, link: LinkedMeeting): boolean {
  if (!survivor) return false;
  return (
    standingOf({ ...link, mergedFrom: link.mergedFrom ?? survivor.id }, survivor) !== "unserved"
  );
}

/** The document of a meeting that is there. */
export function documentOf({ meetingPath: path, createdAt = 0 }: ServeFacts): MeetingDocument {
  return { path, createdAt };
}
