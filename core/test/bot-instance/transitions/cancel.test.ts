import { expect } from "chai";
import { cancel } from "../../../src/bot-instance/transitions/cancel.ts";
import { MINUTE, SECOND } from "../../../src/time.ts";
import { patchOf } from "../../support/decisions.ts";
import { AT, claimed, NOW, queued, started } from "../../support/instances.ts";

describe("cancel", () => {
  it("ends at once what was not sent", () => {
    expect(patchOf(cancel(queued({ wakeAt: NOW + MINUTE }), AT))).to.deep.equal({
      status: "cancelled",
      phase: undefined,
      wakeAt: undefined,
      claimExpiresAt: undefined,
      processedAt: NOW,
      updatedAt: NOW,
    });
  });

  it("asks a bot that was sent to leave, and the sweep to see to it after a minute", () => {
    const lease = NOW + 10 * MINUTE;
    for (const instance of [claimed({ wakeAt: lease }), started({ wakeAt: lease })]) {
      expect(patchOf(cancel(instance, AT))).to.deep.equal({
        cancelRequestedAt: NOW,
        wakeAt: NOW + MINUTE,
        updatedAt: NOW,
      });
    }
  });

  it("does not put off a sweep that would come before", () => {
    const wakeAt = NOW + 5 * SECOND;
    expect(patchOf(cancel(started({ wakeAt }), AT))).to.include({ wakeAt });
  });

  it("counts from the first time that it is asked for", () => {
    expect(patchOf(cancel(started({ cancelRequestedAt: NOW - 1 }), AT))).to.deep.equal({});
  });

  it("lets what is stored already become a recording", () => {
    expect(patchOf(cancel(queued({ finishOnly: true }), AT))).to.deep.equal({});
    expect(patchOf(cancel(started({ finishOnly: true }), AT))).to.deep.equal({});
  });
});
