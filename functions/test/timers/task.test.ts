import { expect } from "chai";
import { readTask } from "../../src/timers/task.ts";

const KIND = { functionName: "launchDue", idField: "instanceId" };

describe("readTask", () => {
  it("tells the document", () => {
    expect(readTask({ instanceId: "x-1" }, KIND)).to.equal("x-1");
  });

  for (const data of [undefined, null, "x", [], {}, { instanceId: 1 }, { instanceId: "" }]) {
    it(`finds no document in ${JSON.stringify(data)}`, () => {
      expect(readTask(data, KIND)).to.equal(undefined);
    });
  }

  it("finds none in a task of another queue", () => {
    expect(readTask({ deliveryId: "x" }, KIND)).to.equal(undefined);
  });

  it("finds none in a path that leads to another document", () => {
    expect(readTask({ instanceId: "x/bot_events/y" }, KIND)).to.equal(undefined);
  });
});
