import { expect } from "chai";
import { historyOf } from "../../../src/bot-instance/history.ts";
import { erase } from "../../../src/bot-instance/transitions/erase.ts";
import { summarizeResult } from "../../../src/meeting/recording-summary.ts";
import { hasItsRecording } from "../../../src/session/claim-seat.ts";
import { patchOf } from "../../support/decisions.ts";
import { AT, NOW } from "../../support/instances.ts";
import { STATES } from "../../support/states.ts";

const ADA = { by: "user:ada" };
const DONE = {
  ...STATES.done,
  processedAt: NOW - 1,
  outputs: [
    {
      kind: "video" as const,
      uri: "gs://b/video.mp4",
      contentType: "video/mp4",
      bytes: 1,
      crc32c: "",
      durationSeconds: 1,
      codec: "h264",
    },
  ],
};

describe("erase", () => {
  it("forgets the outputs, and keeps who did it and when", () => {
    expect(patchOf(erase(DONE, ADA, AT))).to.deep.equal({
      outputs: [],
      recordingErasedAt: NOW,
      erasedBy: "user:ada",
      updatedAt: NOW,
    });
  });

  for (const [name, instance] of Object.entries(STATES)) {
    const isOver = ["done", "failed", "cancelled"].includes(instance.status);
    it(`${isOver ? "serves" : "refuses"} one that is ${name}`, () => {
      const decision = erase(instance, ADA, AT);
      if (isOver) expect(decision).to.have.property("ok", true);
      else expect(decision).to.deep.equal({ ok: false, reason: "still-running" });
    });
  }

  it("changes nothing the second time, whoever asks", () => {
    const erased = { ...DONE, ...patchOf(erase(DONE, ADA, AT)) };
    expect(patchOf(erase(erased, { by: "user:bob" }, AT))).to.deep.equal({});
  });

  it("is told in the history, with who did it", () => {
    const erased = { ...DONE, ...patchOf(erase(DONE, ADA, AT)) };
    expect(historyOf(DONE, erased, NOW, 90)).to.include({
      what: "recording-erased",
      erasedBy: "user:ada",
    });
  });

  it("leaves the meetings no address, but when it happened", () => {
    const erased = { ...DONE, ...patchOf(erase(DONE, ADA, AT)) };
    expect(summarizeResult(DONE)).to.include({ videoUri: "gs://b/video.mp4" });
    expect(summarizeResult(erased)).to.deep.equal({
      erasedAt: NOW,
      recordedBy: "instance",
      recordedAt: DONE.processedAt,
    });
  });

  it("leaves nothing for another meeting to share", () => {
    const erased = { ...DONE, ...patchOf(erase(DONE, ADA, AT)) };
    expect([hasItsRecording(DONE, {}), hasItsRecording(erased, {})]).to.deep.equal([true, false]);
  });
});
