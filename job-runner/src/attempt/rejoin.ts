import { type BotInstance, type Failure, failure } from "@meeting-bot/core";
import type { RecordedMeeting } from "./record-meeting.ts";

/** What decides whether another bot is sent. */
export interface RejoinQuestion {
  instance: Pick<BotInstance, "attempt" | "maxAttempts">;
  recorded: RecordedMeeting;
  /** Earlier attempts have saved something. */
  hasSaved: boolean;
}

/**
 * Why another attempt should go on with the meeting, if one should: the bot fell out of it, or did not
 * get back into it, and attempts are left. Where nothing was saved a failure speaks for itself.
 */
export function reasonToRejoin({
  instance,
  recorded,
  hasSaved,
}: RejoinQuestion): Failure | undefined {
  const isSpent = instance.attempt >= instance.maxAttempts;
  if (recorded.kind === "failed") {
    const { failure: why } = recorded;
    // One that nobody let in costs no attempt: how often is for whoever launches the next one.
    const isLast = isSpent && why.code !== "LOBBY_TIMEOUT";
    return hasSaved && why.retryable && !isLast ? why : undefined;
  }
  if (isSpent) return undefined;
  if (recorded.kind !== "recorded" || !recorded.missing?.interrupted) return undefined;
  return failure("BOT_CRASHED", "recording", recorded.missing.reason);
}
