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
    expect(patch).to.not.have.any.keys("endedAt", "endReason");
  });

  it("notes that the recording goes on after all", () => {
    const silent = started({ recordingEndedAt: NOW - 1 });
    const patch = patchOf(report(silent, { ...SELF, recordingEndedAt: null }, AT));
    expect(patch).to.have.property("recordingEndedAt", undefined);
    const growing = patchOf(report(started(), { ...SELF, recordingEndedAt: null }, AT));
    expect(growing).to.not.have.property("recordingEndedAt");
  });

  it("notes why nothing follows, at the time that was told before or is told now", () => {
    const event = { ...SELF, recordingEndedAt: NOW - 1, endReason: "ended" } as const;
    const told = started({ recordingEndedAt: NOW - 1 });
    for (const instance of [started(), told]) {
      const patch = patchOf(report(instance, event, AT));
      expect(patch).to.include({ endedAt: NOW - 1, endReason: "ended" });
    }
    const later = patchOf(report(told, { ...SELF, endReason: "bot-lost" }, AT));
    expect(later).to.include({ endedAt: NOW - 1, endReason: "bot-lost" });
    expect(later).to.not.have.property("recordingEndedAt");
  });

  const STORED: [title: string, before: number | undefined, told: number, isNoted: boolean][] = [
    ["the first bytes", undefined, 5, true],
    ["more bytes", 5, 6, true],
    ["fewer, by another attempt", 5, 4, true],
    ["the same bytes again", 5, 5, false],
    ["none", 5, 0, false],
  ];
  for (const [title, bytesBefore, bytesStored, isNoted] of STORED) {
    it(`${isNoted ? "notes" : "does not note"} when ${title} were stored`, () => {
      const before = bytesBefore === undefined ? {} : { progress: { bytesStored: bytesBefore } };
      const patch = patchOf(report(started(before), { ...SELF, progress: { bytesStored } }, AT));
      expect(patch.recordedAt).to.equal(isNoted ? NOW : undefined);
    });
  }

  it("is accepted although a cancel is wanted, so that the runner learns of it", () => {
    const unwanted = started({ cancelRequestedAt: NOW });
    expect(report(unwanted, SELF, AT)).to.include({ ok: true });
  });
});
