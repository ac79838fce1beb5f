import { expect } from "chai";
import { type Evidence, judge } from "../../src/bot/outcome.ts";

const DENIED = { category: "WaitingAtLobby", subCategory: "UserDeniedRequest" };
const TIMEOUT = { category: "WaitingAtLobby", subCategory: "Timeout" };
const SIGN_IN = { category: "UnsupportedMeeting", subCategory: "RequiresSignIn" };
const OTHER = { category: "Something", subCategory: "Else" };

const FINISHED = ["processing", "joined", "finished"];
const JOINED_FAILED = ["processing", "joined", "failed"];
const FAILED = ["processing", "failed"];

const SETTLED = { settled: true, stalled: false };
const GROWING = { settled: false, stalled: false };
const STALLED = { settled: true, stalled: true };

/** A bot that has just ended, without a word and without a file. */
const ENDED: Evidence = {
  statuses: [],
  logs: [],
  busy: false,
  reachable: true,
  expired: false,
  mayBeUnheard: false,
  file: undefined,
};
const BUSY: Evidence = { ...ENDED, busy: true };
const GONE: Evidence = { ...BUSY, reachable: false };
const EXPIRED: Evidence = { ...BUSY, expired: true };

type Expected = "undecided" | "recorded" | "partial" | "interrupted" | string;

const TABLE: [title: string, evidence: Evidence, expected: Expected][] = [
  // The bot is at work.
  ["it has just accepted", BUSY, "undecided"],
  ["it records", { ...BUSY, file: GROWING }, "undecided"],
  ["its file stands still while it is busy", { ...BUSY, file: SETTLED }, "undecided"],
  ["it waits before its next attempt", { ...BUSY, statuses: [FAILED] }, "undecided"],
  ["it waits before its last attempt", { ...BUSY, statuses: [FAILED, FAILED] }, "undecided"],
  [
    "it failed in mid-recording and is still busy",
    { ...BUSY, statuses: [JOINED_FAILED], file: SETTLED },
    "undecided",
  ],
  ["it was denied and is still busy", { ...BUSY, logs: [DENIED], statuses: [FAILED] }, "undecided"],
  // It has recorded.
  ["it finished", { ...ENDED, statuses: [FINISHED], file: SETTLED }, "recorded"],
  [
    "it finished and is still busy with itself",
    { ...BUSY, statuses: [FINISHED], file: SETTLED },
    "recorded",
  ],
  [
    "it finished, but its file still grows",
    { ...ENDED, statuses: [FINISHED], file: GROWING },
    "undecided",
  ],
  [
    "only its own upload failed",
    { ...ENDED, statuses: [JOINED_FAILED], file: SETTLED },
    "recorded",
  ],
  [
    "it got in at the second attempt",
    { ...ENDED, statuses: [FAILED, FINISHED], file: SETTLED },
    "recorded",
  ],
  [
    "a log told something harmless",
    { ...ENDED, logs: [OTHER], statuses: [FINISHED], file: SETTLED },
    "recorded",
  ],
  [
    "it waited too long once, then got in",
    { ...ENDED, logs: [TIMEOUT], statuses: [FAILED, FINISHED], file: SETTLED },
    "recorded",
  ],
  // It has recorded some of it.
  [
    "it had to join again",
    { ...ENDED, statuses: [JOINED_FAILED, FINISHED], file: SETTLED },
    "partial",
  ],
  [
    "it did not get in again",
    { ...ENDED, statuses: [JOINED_FAILED, FAILED], file: SETTLED },
    "partial",
  ],
  [
    "it was denied when it came again",
    { ...ENDED, logs: [DENIED], statuses: [JOINED_FAILED, FAILED], file: SETTLED },
    "partial",
  ],
  ["it ended without a word", { ...ENDED, file: SETTLED }, "interrupted"],
  ["it ended while nobody listened", { ...ENDED, mayBeUnheard: true, file: SETTLED }, "partial"],
  ["it stopped answering", { ...GONE, file: SETTLED }, "interrupted"],
  ["it hangs", { ...BUSY, file: STALLED }, "interrupted"],
  [
    "it hangs after it has joined again",
    { ...BUSY, statuses: [JOINED_FAILED], file: STALLED },
    "interrupted",
  ],
  [
    "it stopped answering and its file has not settled yet",
    { ...GONE, file: GROWING },
    "undecided",
  ],
  ["its time is up while it records", { ...EXPIRED, file: GROWING }, "partial"],
  // It has recorded nothing.
  ["it was denied", { ...ENDED, logs: [DENIED], statuses: [FAILED] }, "NOT_ADMITTED"],
  [
    "it was denied and recorded the lobby",
    { ...ENDED, logs: [DENIED], statuses: [FAILED], file: SETTLED },
    "NOT_ADMITTED",
  ],
  ["nobody let it in", { ...ENDED, logs: [TIMEOUT], statuses: [FAILED] }, "LOBBY_TIMEOUT"],
  [
    "it was asked to sign in",
    { ...ENDED, logs: [SIGN_IN], statuses: [FAILED] },
    "SIGN_IN_REQUIRED",
  ],
  [
    "two things were logged: the last counts",
    { ...ENDED, logs: [TIMEOUT, DENIED, OTHER], statuses: [FAILED] },
    "NOT_ADMITTED",
  ],
  ["its status was lost, but not its log", { ...ENDED, logs: [SIGN_IN] }, "SIGN_IN_REQUIRED"],
  ["it failed once without a log", { ...ENDED, statuses: [FAILED] }, "NOT_ADMITTED"],
  ["it failed three times", { ...ENDED, statuses: [FAILED, FAILED, FAILED] }, "BOT_CRASHED"],
  ["it finished without a file", { ...ENDED, statuses: [FINISHED] }, "NO_RECORDING"],
  ["it was in the meeting without a file", { ...ENDED, statuses: [JOINED_FAILED] }, "NO_RECORDING"],
  ["it ended without a word or a file", ENDED, "BOT_CRASHED"],
  ["it stopped answering before there was a file", GONE, "BOT_CRASHED"],
  ["its time is up in the lobby", EXPIRED, "TIMED_OUT"],
  [
    "its time is up after it was denied",
    { ...EXPIRED, logs: [DENIED], statuses: [FAILED] },
    "NOT_ADMITTED",
  ],
];

const RETRYABLE = ["NO_RECORDING", "BOT_CRASHED", "TIMED_OUT", "LOBBY_TIMEOUT"];

describe("the outcome of a bot's job", () => {
  for (const [title, evidence, expected] of TABLE) {
    it(`is ${expected} when ${title}`, () => {
      const verdict = judge(evidence);
      if (expected === "undecided") expect(verdict).to.deep.equal({ kind: "undecided" });
      else if (expected === "recorded") expect(verdict).to.deep.equal({ kind: "recorded" });
      else if (expected === "partial" || expected === "interrupted")
        expect(verdict).to.have.nested.property("missing.interrupted", expected === "interrupted");
      else expect(verdict).to.have.nested.property("failure.code", expected);
    });
  }

  const REASONS: [title: string, evidence: Evidence, reason: string | undefined][] = [
    ["it has finished", { ...ENDED, statuses: [FINISHED], file: SETTLED }, undefined],
    ["it joined again", { ...ENDED, statuses: [JOINED_FAILED, FINISHED], file: SETTLED }, "ended"],
    ["nobody listened", { ...ENDED, mayBeUnheard: true, file: SETTLED }, "ended"],
    ["its time is up", { ...EXPIRED, file: GROWING }, "time-limit"],
    ["it ended without a word", { ...ENDED, file: SETTLED }, "bot-lost"],
    ["it stopped answering", { ...GONE, file: SETTLED }, "bot-lost"],
    ["it hangs", { ...BUSY, file: STALLED }, "bot-lost"],
    [
      "it did not get back",
      { ...ENDED, statuses: [JOINED_FAILED, FAILED], file: SETTLED },
      "bot-lost",
    ],
  ];
  for (const [title, evidence, reason] of REASONS) {
    it(`gives the reason ${reason} for what is missing when ${title}`, () => {
      const verdict = judge(evidence);
      expect(verdict.kind).to.equal("recorded");
      expect(verdict.kind === "recorded" && verdict.missing?.endReason).to.equal(reason);
    });
  }

  it("is told in whole sentences, and whether another attempt makes sense", () => {
    for (const [, evidence] of TABLE) {
      const verdict = judge(evidence);
      if (verdict.kind === "recorded" && verdict.missing)
        expect(verdict.missing.reason).to.match(/^The .+\.$/);
      if (verdict.kind !== "failed") continue;
      expect(verdict.failure.message).to.match(/^[A-Z].+\.$/);
      expect(verdict.failure.retryable).to.equal(RETRYABLE.includes(verdict.failure.code));
    }
  });
});
