import { expect } from "chai";
import { readLaunchTask } from "../../src/timers/launch-queue.ts";

describe("readLaunchTask", () => {
  it("tells the instance", () => {
    expect(readLaunchTask({ instanceId: "x-1" })).to.equal("x-1");
  });

  for (const data of [undefined, null, "x", [], {}, { instanceId: 1 }, { instanceId: "" }]) {
    it(`finds no instance in ${JSON.stringify(data)}`, () => {
      expect(readLaunchTask(data)).to.equal(undefined);
    });
  }

  it("finds no instance in a path that leads to another document", () => {
    expect(readLaunchTask({ instanceId: "x/bot_events/y" })).to.equal(undefined);
  });
});
