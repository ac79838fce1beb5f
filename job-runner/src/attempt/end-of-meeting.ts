import { type EndReason, type Failure, failure } from "@meeting-bot/core";
import type { Shortfall } from "../bot/outcome.ts";
import type { RecordedMeeting } from "./record-meeting.ts";

const CANCELLED: Shortfall = {
  reason: "The meeting was cancelled.",
  interrupted: false,
  endReason: "cancelled",
};

/** What is known to be missing at the end of a recording. One that was handed over is whole. */
export function missingAtEnd(recorded: RecordedMeeting): Shortfall | undefined {
  if (recorded.kind === "handed-over") return undefined;
  return recorded.kind === "recorded" ? recorded.missing : CANCELLED;
}

/** Why the recording ended, when no other bot goes on with it. */
export function endReasonOf(recorded: RecordedMeeting): EndReason {
  switch (recorded.kind) {
    case "handed-over":
      return "handed-over";
    case "stopped":
      return "cancelled";
    case "failed":
      return "bot-lost";
    case "recorded":
      return recorded.missing?.endReason ?? "ended";
  }
}

/** Why there is nothing at all. */
export function whyNothing(recorded: RecordedMeeting): Failure {
  if (recorded.kind === "failed") return recorded.failure;
  if (recorded.kind === "handed-over") {
    const message = "The next meeting in the room began before the bot was let in.";
    return failure("MISSED", "join", message);
  }
  const { reason } = (recorded.kind === "recorded" && recorded.missing) || CANCELLED;
  return failure("NO_RECORDING", "recording", `Nothing was recorded. ${reason}`);
}
