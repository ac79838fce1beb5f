import { expect } from "chai";
import { start } from "../../../src/bot-instance/transitions/start.ts";
import { SECOND } from "../../../src/time.ts";
import { patchOf } from "../../support/decisions.ts";
import { AT, claimed, NOW, started } from "../../support/instances.ts";

const EVENT = { token: "mine", runnerId: "me" };

describe("start", () => {
  it("gives the instance to the runner and starts the lease's third stage", () => {
    expect(patchOf(start(claimed(), EVENT, AT))).to.deep.include({
      phase: "joining",
      runnerId: "me",
      heartbeatAt: NOW,
      claimExpiresAt: NOW + 120 * SECOND,
      wakeAt: NOW + 120 * SECOND,
    });
  });

  it("keeps the execution that the launcher noted, unless the runner knows its own", () => {
    const execution = { launcher: "local", name: "mine" };
    expect(patchOf(start(claimed(), EVENT, AT))).to.not.have.property("execution");
    expect(patchOf(start(claimed(), { ...EVENT, execution }, AT))).to.deep.include({ execution });
  });

  it("ends the time for which launches were refused", () => {
    const refused = claimed({ firstRefusedAt: NOW - SECOND });
    expect(patchOf(start(refused, EVENT, AT))).to.have.property("firstRefusedAt", undefined);
    expect(patchOf(start(claimed(), EVENT, AT))).to.not.have.property("firstRefusedAt");
  });

  it("makes a late answer of the launcher harmless", () => {
    const instance = claimed();
    expect(patchOf(start(instance, EVENT, AT)).phaseAt).to.deep.equal({
      ...instance.phaseAt,
      joining: NOW,
    });
  });

  it("ends what nobody wants any more, before a bot is sent", () => {
    const patch = patchOf(start(claimed({ cancelRequestedAt: NOW - 1 }), EVENT, AT));
    expect(patch).to.include({ status: "cancelled", processedAt: NOW, wakeAt: undefined });
  });

  it("gives nothing to a runner that comes back after its end", () => {
    for (const status of ["queued", "done", "failed"] as const) {
      const over = started({ status });
      expect(start(over, EVENT, AT)).to.deep.equal({ ok: false, reason: "superseded" });
    }
  });
});
