import { expect } from "chai";
import { PATIENCE_MS, renewalOf } from "../../src/webhooks/renewal.ts";

const WAKE_AT = 1_900_000_000_000;

describe("renewalOf", () => {
  it("gives a delivery that stays late another task at 1, 2, 4, 8… times the patience, and none between", () => {
    const sweeps = Array.from({ length: 64 }, (_, index) => WAKE_AT + (index + 1) * PATIENCE_MS);
    const tasks = new Set(sweeps.map((now) => renewalOf(WAKE_AT, now)));
    const turns = [1, 2, 4, 8, 16, 32, 64];
    expect([...tasks]).to.deep.equal(turns.map((turn) => WAKE_AT + turn * PATIENCE_MS));
  });

  it("is never in the future, so that the task is dispatched at once", () => {
    for (const lateMs of [PATIENCE_MS, PATIENCE_MS + 1, 3 * PATIENCE_MS, 1e9]) {
      expect(renewalOf(WAKE_AT, WAKE_AT + lateMs)).to.be.at.most(WAKE_AT + lateMs);
    }
  });
});
