import { failure } from "@meeting-bot/core";
import { expect } from "chai";
import { endReasonOf, missingAtEnd, whyNothing } from "../../src/attempt/end-of-meeting.ts";
import type { RecordedMeeting } from "../../src/attempt/record-meeting.ts";

const LOST = { reason: "It was lost.", interrupted: true, endReason: "bot-lost" } as const;
const DENIED = failure("NOT_ADMITTED", "join", "Somebody declined.");

interface Row {
  recorded: RecordedMeeting;
  endReason: string;
  isWhole: boolean;
  nothing: string;
}

const TABLE: Record<string, Row> = {
  "the bot has finished": {
    recorded: { kind: "recorded" },
    endReason: "ended",
    isWhole: true,
    nothing: "NO_RECORDING",
  },
  "the bot was lost": {
    recorded: { kind: "recorded", missing: LOST },
    endReason: "bot-lost",
    isWhole: false,
    nothing: "NO_RECORDING",
  },
  "it was cancelled": {
    recorded: { kind: "stopped" },
    endReason: "cancelled",
    isWhole: false,
    nothing: "NO_RECORDING",
  },
  "the next meeting began": {
    recorded: { kind: "handed-over" },
    endReason: "handed-over",
    isWhole: true,
    nothing: "MISSED",
  },
  "it did not get in": {
    recorded: { kind: "failed", failure: DENIED },
    endReason: "bot-lost",
    isWhole: false,
    nothing: "NOT_ADMITTED",
  },
};

describe("the end of a meeting", () => {
  for (const [title, { recorded, endReason, isWhole, nothing }] of Object.entries(TABLE)) {
    it(`is told when ${title}`, () => {
      expect(endReasonOf(recorded)).to.equal(endReason);
      expect(missingAtEnd(recorded) === undefined).to.equal(isWhole);
      expect(whyNothing(recorded)).to.include({ code: nothing });
    });
  }

  it("is final for a bot that had to leave before it was let in", () => {
    expect(whyNothing({ kind: "handed-over" })).to.deep.equal({
      code: "MISSED",
      stage: "join",
      retryable: false,
      message: "The next meeting in the room began before the bot was let in.",
    });
  });
});
