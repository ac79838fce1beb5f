import { type Failure, failure, type Instant } from "@meeting-bot/core";
import type { Clock } from "./clock.ts";
import type { JoinAnswer, JoinRequest, MeetingBotClient } from "./meeting-bot-client.ts";

/** Whether the bot is on its way. */
export type JoinOutcome =
  | { kind: "joining" }
  | { kind: "failed"; failure: Failure }
  | { kind: "stopped" };

/** What a join needs. */
export interface JoinOptions {
  client: MeetingBotClient;
  request: JoinRequest;
  clock: Clock;
  /** Until when a busy or silent bot is asked again. */
  deadlineAt: Instant;
  /** Somebody may have sent it for us before: a bot that is busy is then on its way. */
  mayHaveJoined?: boolean;
  signal?: AbortSignal;
}

const RETRY_INTERVAL_MS = 2_000;

/**
 * Sends the bot into the meeting once. A join without an answer may have been accepted: the bot is then
 * busy, and nobody but us gives it jobs.
 */
export async function joinMeeting(options: JoinOptions): Promise<JoinOutcome> {
  const { client, request, clock, deadlineAt, signal } = options;
  let unanswered = options.mayHaveJoined ?? false;
  while (!signal?.aborted) {
    const answer = await client.join(request);
    unanswered ||= answer.kind === "unreachable";
    if (answer.kind === "accepted") return { kind: "joining" };
    if (unanswered && (await client.isBusy()) === true) return { kind: "joining" };
    if (answer.kind === "refused" || clock.now() + RETRY_INTERVAL_MS > deadlineAt) {
      return { kind: "failed", failure: toFailure(answer) };
    }
    await clock.sleep(RETRY_INTERVAL_MS, signal);
  }
  return { kind: "stopped" };
}

function toFailure(answer: Exclude<JoinAnswer, { kind: "accepted" }>): Failure {
  switch (answer.kind) {
    case "refused":
      return failure("INVALID_MEETING", "join", answer.message);
    case "busy":
      return failure("BOT_BUSY", "join", "The meeting bot is busy with another meeting.");
    case "unreachable":
      return failure("BOT_UNREACHABLE", "join", answer.message);
  }
}
