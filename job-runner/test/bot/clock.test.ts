import { expect } from "chai";
import { systemClock } from "../../src/bot/clock.ts";

describe("the system's clock", () => {
  it("ends a sleep early, without an error, when told to", async () => {
    const controller = new AbortController();
    const asleep = systemClock.sleep(60_000, controller.signal);
    controller.abort();
    await asleep;
    await systemClock.sleep(60_000, AbortSignal.abort());
  });

  it("sleeps so long", async () => {
    const startedAt = systemClock.now();
    await systemClock.sleep(20);
    expect(systemClock.now() - startedAt).to.be.at.least(19);
  });
});
