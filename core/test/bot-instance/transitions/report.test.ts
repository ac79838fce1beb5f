import { expect } from "chai";
import { report } from "../../../src/bot-instance/transitions/report.ts";
import { HOUR, SECOND } from "../../../src/time.ts";
import { patchOf } from "../../support/decisions.ts";
import { AT, NOW, started } from "../../support/instances.ts";

const SELF = { token: "mine", runnerId: "me" };

describe("report", () => {
  it("renews the lease, and with nothing to tell does no more", () => {
    expect(patchOf(report(started(), SELF, AT))).to.deep.equal({
      claimExpiresAt: NOW + 120 * SECOND,
      wakeAt: NOW + 120 * SECOND,
      heartbeatAt: NOW,
      updatedAt: NOW,
    });
  });

  it("enters a phase that lies ahead", () => {
    expect(patchOf(report(started(), { ...SELF, phase: "recording" }, AT))).to.deep.include({
      phase: "recording",
      phaseAt: { claimed: NOW - HOUR, recording: NOW },
    });
  });

  it("never goes back to a phase, whatever comes late", () => {
    const patch = patchOf(
      report(started({ phase: "uploading" }), { ...SELF, phase: "recording" }, AT),
    );
    expect(patch).to.not.have.any.keys("phase", "phaseAt");
  });

  it("keeps the figures that it has no news of", () => {
    const instance = started({ progress: { secondsRecorded: 10, bytesStored: 5 } });
    const patch = patchOf(report(instance, { ...SELF, progress: { secondsRecorded: 40 } }, AT));
    expect(patch.progress).to.deep.equal({ secondsRecorded: 40, bytesStored: 5 });
  });

  it("notes when the recording ended", () => {
    const patch = patchOf(report(started(), { ...SELF, recordingEndedAt: NOW - 1 }, AT));
    expect(patch).to.include({ recordingEndedAt: NOW - 1 });
  });

  it("is accepted although a cancel is wanted, so that the runner learns of it", () => {
    const unwanted = started({ cancelRequestedAt: NOW });
    expect(report(unwanted, SELF, AT)).to.include({ ok: true });
  });
});
