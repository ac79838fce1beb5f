import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import type { BotInstance, Output } from "../../src/bot-instance/bot-instance.ts";
import { failure } from "../../src/errors.ts";
import {
  isNewerResult,
  shownStatus,
  summarizeBot,
  summarizeResult,
} from "../../src/meeting/recording-summary.ts";
import { MINUTE } from "../../src/time.ts";
import { claimed, NOW, queued, started } from "../support/instances.ts";

const output = (kind: Output["kind"], durationSeconds: number): Output => ({
  kind,
  uri: `gs://bucket/${kind}`,
  contentType: "",
  bytes: 1,
  crc32c: "",
  durationSeconds,
  codec: "",
});
const error = {
  ...failure("NOT_ADMITTED", "join", "Nobody let it in."),
  at: NOW,
  platformReason: "x",
};
const TOLD = { code: "NOT_ADMITTED", message: "Nobody let it in." };
const done = (fields: Partial<BotInstance> = {}) =>
  queued({ status: "done", processedAt: NOW, partial: false, ...fields });
const pausing = (fields: Partial<BotInstance> = {}) =>
  queued({ claimedAt: NOW - MINUTE, wakeAt: NOW + MINUTE, error, ...fields });

describe("the status that a meeting shows", () => {
  const cases: [what: string, instance: BotInstance, shown: string][] = [
    ["a bot that waits for its time", queued(), "queued"],
    ["a bot that was claimed", claimed(), "processing"],
    ["a bot that pauses between two attempts", pausing(), "processing"],
    ["a bot that only finishes what was recorded", pausing({ finishOnly: true }), "processing"],
    [
      "a bot that gave way to another one",
      queued({ status: "cancelled", mergedInto: "x" }),
      "processing",
    ],
    ["a recording", done(), "done"],
    ["a bot that failed", queued({ status: "failed" }), "failed"],
    ["a bot that was cancelled", queued({ status: "cancelled" }), "cancelled"],
  ];
  for (const [what, instance, shown] of cases) {
    it(`is \`${shown}\` for ${what}`, () => {
      expect(shownStatus(instance)).to.equal(shown);
    });
  }
});

describe("what a meeting shows of its bot", () => {
  const about = { botInstanceId: "instance" };

  it("is its status and its phase", () => {
    expect(summarizeBot(started())).to.deep.equal({
      ...about,
      status: "processing",
      phase: "joining",
    });
    expect(summarizeBot(queued())).to.deep.equal({ ...about, status: "queued" });
  });

  it("is why it failed, and no more of that than is the user's business", () => {
    expect(summarizeBot(queued({ status: "failed", error }))).to.deep.equal({
      ...about,
      status: "failed",
      error: TOLD,
    });
  });

  it("is, between two attempts, why the last one failed and when the next is made", () => {
    expect(summarizeBot(pausing())).to.deep.equal({
      ...about,
      status: "processing",
      error: TOLD,
      nextAttemptAt: NOW + MINUTE,
    });
  });

  it("is no error once the next attempt is made, or of what was finished or cancelled", () => {
    for (const instance of [
      started({ error }),
      done({ error }),
      queued({ status: "cancelled", error }),
    ]) {
      expect(summarizeBot(instance), instance.status).to.not.have.any.keys(
        "error",
        "nextAttemptAt",
      );
    }
  });

  it("is no more of a platform's own words than can be written to a thousand meetings", () => {
    const talkative = { ...error, message: `${"x".repeat(1999)}😀${"x".repeat(100_000)}` };
    const { error: told } = summarizeBot(queued({ status: "failed", error: talkative }));
    expect(told?.message).to.have.length(2000);
    expect(told?.message.isWellFormed()).to.equal(true);
  });
});

describe("what a meeting shows of what was recorded", () => {
  const recorded = { recordedBy: "instance", recordedAt: NOW };

  it("is where the outputs are, and the video's length", () => {
    const outputs = [output("audio", 9), output("video", 10), output("mp3", 9)];
    expect(summarizeResult(done({ outputs }))).to.deep.equal({
      videoUri: "gs://bucket/video",
      audioUri: "gs://bucket/audio",
      mp3Uri: "gs://bucket/mp3",
      durationSeconds: 10,
      partial: false,
      ...recorded,
    });
  });

  it("is the one output that there is, and when and why the recording ended", () => {
    const ending = { endedAt: NOW - MINUTE, endReason: "bot-lost" } as const;
    const instance = done({ outputs: [output("audio", 9)], partial: true, ...ending });
    expect(summarizeResult(instance)).to.deep.equal({
      audioUri: "gs://bucket/audio",
      durationSeconds: 9,
      partial: true,
      ...ending,
      ...recorded,
    });
  });

  it("is nothing of what stored nothing, or is not through", () => {
    const outputs = [output("video", 10)];
    for (const instance of [
      queued({ status: "failed" }),
      queued({ outputs }),
      started({ outputs }),
    ]) {
      expect(summarizeResult(instance)).to.equal(undefined);
    }
  });

  it("is, once it was erased, when that was", () => {
    const erased = done({ outputs: [], recordingErasedAt: NOW + 1 });
    expect(summarizeResult(erased)).to.deep.equal({ erasedAt: NOW + 1, ...recorded });
  });
});

describe("whether what was stored is shown instead of what is shown", () => {
  const shows = (recordedBy: string | undefined, at?: number) => ({
    ...(recordedBy !== undefined && { recorded_by: recordedBy }),
    ...(at !== undefined && { recorded_at: Timestamp.fromMillis(at) }),
  });
  const erased = done({ recordingErasedAt: NOW + 1 });
  const cases: [what: string, instance: BotInstance, recording: unknown, expected: boolean][] = [
    ["nothing is shown", done(), undefined, true],
    ["an earlier recording is", done(), shows("other", NOW - 1), true],
    ["a later recording is", done(), shows("other", NOW + 1), false],
    ["the same bot's is, whenever that was", done(), shows("instance", NOW + 1), true],
    ["the version before has shown one", done(), { video_uri: "gs://b/x" }, true],
    ["its own is shown and it was erased", erased, shows("instance", NOW), true],
    ["another one's is shown and it was erased", erased, shows("other", NOW - 1), false],
    [
      "it was erased, and the version before has shown one",
      erased,
      { video_uri: "gs://b/x" },
      true,
    ],
  ];
  for (const [what, instance, recording, expected] of cases) {
    it(`is ${expected} when ${what}`, () => {
      expect(isNewerResult(instance, recording)).to.equal(expected);
    });
  }
});
