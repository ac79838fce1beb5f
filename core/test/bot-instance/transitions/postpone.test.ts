import { expect } from "chai";
import type { BotInstance } from "../../../src/bot-instance/bot-instance.ts";
import { MAX_SWEEP_FAILURES, postpone } from "../../../src/bot-instance/transitions/postpone.ts";
import { MINUTE } from "../../../src/time.ts";
import { patchOf } from "../../support/decisions.ts";
import { AT, NOW, queued, started } from "../../support/instances.ts";

const put = (instance: BotInstance) =>
  patchOf(postpone(instance, { wakeAt: instance.wakeAt, by: "sweep" }, AT));
/** One that was put off so often in a row. */
const putOff = (sweepFailures: number, instance = queued()): BotInstance => ({
  ...instance,
  sweepFailures,
  postponedToAt: NOW,
  wakeAt: NOW,
});
const LAST = MAX_SWEEP_FAILURES - 1;

describe("postpone", () => {
  it("moves the time for longer with each failure, to an hour at most", () => {
    const pauses = [0, 1, 2, 5, 6, LAST - 1].map((failures) => {
      const { wakeAt = NOW, postponedToAt, sweepFailures } = put(putOff(failures));
      expect({ postponedToAt, sweepFailures }).to.deep.equal({
        postponedToAt: wakeAt,
        sweepFailures: failures + 1,
      });
      return (wakeAt - NOW) / MINUTE;
    });
    expect(pauses).to.deep.equal([1, 2, 4, 32, 60, 60]);
  });

  it("counts from the beginning once somebody has handled it, which moves its time", () => {
    expect(put({ ...putOff(LAST), wakeAt: NOW - 1 })).to.include({ sweepFailures: 1 });
  });

  it("leaves what somebody has handled since it was found", () => {
    const decision = postpone(queued(), { wakeAt: NOW - 1, by: "sweep" }, AT);
    expect(decision).to.deep.equal({ ok: true, patch: {} });
  });

  it("gives no time to what nobody looks at", () => {
    const ended = queued({ status: "done", wakeAt: undefined });
    expect(postpone(ended, { wakeAt: undefined, by: "sweep" }, AT)).to.deep.equal({
      ok: true,
      patch: {},
    });
  });

  it("means the same when its body runs again after its own commit", () => {
    for (const instance of [queued(), putOff(LAST), putOff(LAST, started())]) {
      const event = { wakeAt: instance.wakeAt, by: "sweep" };
      const after = { ...instance, ...patchOf(postpone(instance, event, AT)) };
      expect(postpone(after, event, AT)).to.deep.equal({ ok: true, patch: {} });
    }
  });

  it("gives up at last, with a sentence, and fences the holder off", () => {
    const patch = put(putOff(LAST, started()));
    expect(patch).to.include({ status: "failed", wakeAt: undefined, claimToken: "sweep" });
    expect(patch.error?.message).to.match(/^The bot instance was given up: .*20 times/);
  });

  it("has what was recorded finished before that", () => {
    const recorded = { progress: { bytesStored: 1 }, recordedAt: NOW };
    const patch = put(putOff(LAST, started(recorded)));
    expect(patch).to.include({ status: "queued", finishOnly: true });
    const again = put(putOff(LAST, queued({ ...recorded, attempt: 1, finishOnly: true })));
    expect(again).to.include({ status: "failed" });
  });

  it("looks no more at what has ended", () => {
    expect(put(putOff(LAST, queued({ status: "done" })))).to.deep.equal({ wakeAt: undefined });
  });
});
