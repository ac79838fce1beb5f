import { expect } from "chai";
import type { Output } from "../../../src/bot-instance/bot-instance.ts";
import { complete } from "../../../src/bot-instance/transitions/complete.ts";
import { MINUTE } from "../../../src/time.ts";
import { patchOf } from "../../support/decisions.ts";
import { AT, NOW, started } from "../../support/instances.ts";

const OUTPUT: Output = {
  kind: "video",
  uri: "gs://bucket/video.mp4",
  contentType: "video/mp4",
  bytes: 1,
  crc32c: "AAAAAA==",
  durationSeconds: 1,
  codec: "h264",
};
const EVENT = { token: "mine", runnerId: "me", outputs: [OUTPUT], partial: true };

describe("complete", () => {
  it("ends the instance with what was stored", () => {
    expect(patchOf(complete(started(), EVENT, AT))).to.deep.equal({
      status: "done",
      outputs: [OUTPUT],
      partial: true,
      phase: undefined,
      wakeAt: undefined,
      claimExpiresAt: undefined,
      processedAt: NOW,
      updatedAt: NOW,
    });
  });

  it("tells which outputs there are not, and what is missing from the others", () => {
    const lost = { kind: "thumbnail", code: "CONVERSION_FAILED", message: "No picture." } as const;
    const gap = { atSeconds: 60, startedAt: NOW, endedAt: NOW + MINUTE };
    const event = { ...EVENT, outputFailures: [lost], gaps: [gap] };
    const patch = patchOf(complete(started(), event, AT));
    expect(patch).to.deep.include({ outputFailures: [lost], gaps: [gap] });
  });

  it("tells when and why the recording ended; otherwise what was told before stays", () => {
    const end = { endedAt: NOW - MINUTE, endReason: "ended" } as const;
    expect(patchOf(complete(started(), { ...EVENT, ...end }, AT))).to.include(end);
    expect(patchOf(complete(started(end), EVENT, AT))).to.not.have.any.keys("endedAt", "endReason");
  });

  it("keeps what was recorded although a cancel is wanted", () => {
    const patch = patchOf(complete(started({ cancelRequestedAt: NOW }), EVENT, AT));
    expect(patch).to.include({ status: "done" });
  });
});
