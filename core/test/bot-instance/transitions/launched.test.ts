import { expect } from "chai";
import { launched } from "../../../src/bot-instance/transitions/launched.ts";
import { HOUR, SECOND } from "../../../src/time.ts";
import { patchOf } from "../../support/decisions.ts";
import { AT, claimed, NOW, started } from "../../support/instances.ts";

const execution = { launcher: "local", name: "execution-2", consoleUrl: "https://console" };
const EVENT = { token: "mine", execution };

describe("launched", () => {
  it("notes the execution and starts the lease's second stage", () => {
    expect(patchOf(launched(claimed(), EVENT, AT))).to.deep.include({
      phase: "launched",
      phaseAt: { claimed: NOW - 3600 * SECOND, launched: NOW },
      execution,
      claimExpiresAt: NOW + 600 * SECOND,
      wakeAt: NOW + 600 * SECOND,
    });
  });

  it("ends the time for which launches were refused", () => {
    const refused = claimed({ firstRefusedAt: NOW - HOUR });
    expect(patchOf(launched(refused, EVENT, AT))).to.have.property("firstRefusedAt", undefined);
    expect(patchOf(launched(claimed(), EVENT, AT))).to.not.have.property("firstRefusedAt");
  });

  it("does nothing to phase and lease when the manager was faster than the answer", () => {
    const patch = patchOf(launched(started({ execution: undefined }), EVENT, AT));
    expect(patch).to.deep.equal({ execution, updatedAt: NOW });
  });

  it("does not put off the sweep that a cancel has asked for", () => {
    const unwanted = claimed({ cancelRequestedAt: NOW, wakeAt: NOW + 60 * SECOND });
    expect(patchOf(launched(unwanted, EVENT, AT))).to.include({
      claimExpiresAt: NOW + 600 * SECOND,
      wakeAt: NOW + 60 * SECOND,
    });
  });

  it("leaves the execution that the manager has told of itself", () => {
    expect(patchOf(launched(started(), EVENT, AT))).to.deep.equal({});
  });
});
