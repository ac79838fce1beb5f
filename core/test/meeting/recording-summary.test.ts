import { expect } from "chai";
import type { Output } from "../../src/bot-instance/bot-instance.ts";
import { failure } from "../../src/errors.ts";
import { summarize } from "../../src/meeting/recording-summary.ts";
import { NOW, queued, started } from "../support/instances.ts";

const output = (kind: "video" | "audio", durationSeconds: number): Output => ({
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

describe("summarize", () => {
  it("shows both outputs and the video's length", () => {
    const outputs = [output("audio", 9), output("video", 10)];
    expect(summarize(queued({ status: "done", outputs, partial: false }))).to.deep.equal({
      status: "done",
      videoUri: "gs://bucket/video",
      audioUri: "gs://bucket/audio",
      durationSeconds: 10,
      partial: false,
    });
  });

  it("shows the one output that there is", () => {
    const summary = summarize(
      queued({ status: "done", outputs: [output("audio", 9)], partial: true }),
    );
    expect(summary).to.deep.equal({
      status: "done",
      audioUri: "gs://bucket/audio",
      durationSeconds: 9,
      partial: true,
    });
  });

  it("shows why there is none, and no more of it than is the user's business", () => {
    expect(summarize(queued({ status: "failed", error }))).to.deep.equal({
      status: "failed",
      error: { code: "NOT_ADMITTED", message: "Nobody let it in." },
    });
  });

  it("shows no more of a platform's own words than can be written to a thousand meetings", () => {
    const talkative = { ...error, message: "x".repeat(100_000) };
    const { error: told } = summarize(queued({ status: "failed", error: talkative }));
    expect(told?.message).to.have.length(2000);
  });

  it("shows no error of an attempt that another one follows", () => {
    expect(summarize(queued({ error }))).to.deep.equal({ status: "queued" });
    expect(summarize(started({ error }))).to.deep.equal({ status: "processing" });
  });
});
