import { failure } from "@meeting-bot/core";
import { expect } from "chai";
import { type RejoinQuestion, reasonToRejoin } from "../../src/attempt/rejoin.ts";

/** An answer about the first of three attempts, with nothing saved, unless `question` says otherwise. */
const ask = ({
  recorded,
  ...question
}: Partial<RejoinQuestion> & Pick<RejoinQuestion, "recorded">) =>
  reasonToRejoin({
    instance: { attempt: 1, maxAttempts: 3 },
    hasSaved: false,
    ...question,
    recorded,
  });

describe("reasonToRejoin", () => {
  const unreachable = failure("BOT_UNREACHABLE", "join", "It was not ready.");
  const notAdmitted = failure("NOT_ADMITTED", "join", "Somebody declined.");
  const interrupted = {
    kind: "recorded",
    missing: { reason: "It stopped answering.", interrupted: true, endReason: "bot-lost" },
  } as const;

  it("is that the bot fell out of the meeting", () => {
    const fallen = failure("BOT_CRASHED", "recording", "It stopped answering.");
    expect(ask({ recorded: interrupted })).to.deep.equal(fallen);
    expect(ask({ recorded: interrupted, hasSaved: true })).to.deep.equal(fallen);
  });

  it("is why the bot did not get back to what was saved, when that may pass", () => {
    const recorded = { kind: "failed", failure: unreachable } as const;
    expect(ask({ recorded, hasSaved: true })).to.equal(unreachable);
    expect(ask({ recorded })).to.equal(undefined);
  });

  it("is none when the bot was turned away for good", () => {
    const recorded = { kind: "failed", failure: notAdmitted } as const;
    expect(ask({ recorded, hasSaved: true })).to.equal(undefined);
  });

  it("is none when the attempts are spent", () => {
    const instance = { attempt: 3, maxAttempts: 3 };
    const failed = { kind: "failed", failure: unreachable } as const;
    expect(ask({ recorded: interrupted, instance })).to.equal(undefined);
    expect(ask({ recorded: failed, hasSaved: true, instance })).to.equal(undefined);
  });

  it("is that nobody let it in, whatever attempts are left: that costs none", () => {
    const lobby = { ...failure("LOBBY_TIMEOUT", "join", "Nobody did."), retryable: true };
    const recorded = { kind: "failed", failure: lobby } as const;
    for (const attempt of [1, 3]) {
      const instance = { attempt, maxAttempts: 3 };
      expect(ask({ recorded, hasSaved: true, instance })).to.equal(lobby);
      expect(ask({ recorded, instance })).to.equal(undefined);
    }
  });

  it("is none when the meeting, or the wish to record it, was over", () => {
    const short = { reason: "Time was up.", interrupted: false, endReason: "time-limit" } as const;
    for (const recorded of [
      { kind: "recorded" },
      { kind: "recorded", missing: short },
      { kind: "stopped" },
      { kind: "handed-over" },
    ] as const) {
      expect(ask({ recorded, hasSaved: true })).to.equal(undefined);
    }
  });
});
