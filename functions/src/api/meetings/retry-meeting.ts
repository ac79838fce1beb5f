import {
  type BotInstance,
  type Instant,
  isTerminal,
  type LeaseRules,
  meetingOverAt,
  parseMeeting,
} from "@meeting-bot/core";
import type { Answer } from "../answer.ts";
import { problem } from "../problem.ts";
import type { MeetingReading } from "./meeting-json.ts";
import type { StoredMeeting } from "./meeting-store.ts";

/** What decides whether another attempt can be made. */
export interface RetryFacts {
  meeting: Pick<StoredMeeting, "fields" | "createdAt">;
  /** The instance that the meeting is linked to, if there is one. */
  bot: BotInstance | undefined;
  now: Instant;
}

/** Why there is nothing to try again; undefined when there is. */
export function refuseRetry(
  { meeting, bot, now }: RetryFacts,
  { naming, links }: MeetingReading,
  rules: LeaseRules,
): Answer | undefined {
  if (bot && !isTerminal(bot)) {
    return problem("bot-at-work", "The bot is waiting or at work: it goes on by itself.");
  }
  // What is finished elsewhere can be fetched at any time.
  if (bot?.source) return bot.status === "done" ? refuse("The recording was fetched.") : undefined;
  const { intent, failure, request } = parseMeeting(meeting.fields, naming, links);
  if (intent !== "record") return refuse("The meeting wants no bot.");
  if (failure) return refuse(failure.message);
  const createdAt = Math.max(meeting.createdAt, bot?.createdAt ?? 0);
  const isOver = now > meetingOverAt({ ...request, createdAt }, rules);
  return isOver ? refuse("The meeting cannot be on any more.") : undefined;
}

function refuse(detail: string): Answer {
  return problem("nothing-to-retry", detail);
}
