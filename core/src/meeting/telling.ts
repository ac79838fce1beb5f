import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import {
  isLinkOf,
  isUnserved,
  type LinkedMeeting,
  type MeetingDocument,
  standingOf,
} from "./linked-meeting.ts";

/** A meeting's document as whoever tells it has read it. */
export interface ToldMeeting extends MeetingDocument {
  organizationId: string | undefined;
  /** What it is linked to now. */
  botInstanceId: string | undefined;
  /** What its map `recording` was last about. */
  shownInstanceId: string | undefined;
}

/**
 * What a meeting is to be told of an instance that it is, or was, linked to. `serve`: the link leads
 * elsewhere by now, which whoever serves the meeting finds out. `nothing`: the document is gone, or is
 * another meeting's.
 */
export type Telling =
  | { kind: "nothing" }
  | { kind: "serve" }
  /** The document shows the instance and belongs to another organisation by now. */
  | { kind: "disown" }
  | { kind: "tell"; isAboutBot: boolean; hasResult: boolean };

/** Decides what a meeting is to be told of an instance, as both are now. */
export function tellingOf(
  link: LinkedMeeting,
  instance: BotInstance,
  meeting: ToldMeeting | undefined,
): Telling {
  if (standingOf(link, instance) !== "holds") return { kind: "serve" };
  if (!meeting || !isLinkOf(link, meeting, link.organizationId)) return { kind: "nothing" };
  const { botInstanceId, shownInstanceId } = meeting;
  const isUnlinked = botInstanceId === undefined && link.state === "former";
  const isAboutBot =
    botInstanceId === instance.id ||
    (isUnlinked && (shownInstanceId ?? instance.id) === instance.id);
  if (link.organizationId !== meeting.organizationId) {
    return isAboutBot ? { kind: "disown" } : { kind: "nothing" };
  }
  const hasResult = isTerminal(instance) && !isUnserved(link, instance);
  return { kind: "tell", isAboutBot, hasResult };
}
