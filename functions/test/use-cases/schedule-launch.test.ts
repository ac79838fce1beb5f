import type { Status } from "@meeting-bot/core";
import { expect } from "chai";
import { NOW, queued } from "../../../core/test/support/instances.ts";
import { scheduleLaunch } from "../../src/use-cases/schedule-launch.ts";
import { captureLogs } from "../support/capture-logs.ts";
import { RecordingTimer } from "../support/recording-timer.ts";

const OTHERS: Status[] = ["processing", "done", "failed", "cancelled"];

describe("scheduleLaunch", () => {
  let timer: RecordingTimer;
  beforeEach(() => {
    timer = new RecordingTimer();
  });
  const services = { timer: async () => timer };

  it("sets the timer of an instance that waits in the queue", async () => {
    await scheduleLaunch(services, queued({ id: "x", wakeAt: NOW }));
    expect(timer.set).to.deep.equal([{ instanceId: "x", dueAt: NOW }]);
  });

  for (const status of OTHERS) {
    it(`sets none for an instance that is ${status}`, async () => {
      await scheduleLaunch(services, queued({ status }));
      expect(timer.set).to.deep.equal([]);
    });
  }

  it("sets none for an instance that waits for nothing", async () => {
    const { wakeAt: _, ...instance } = queued();
    await scheduleLaunch(services, instance);
    expect(timer.set).to.deep.equal([]);
  });

  it("logs a timer that cannot be set, and does not fail", async () => {
    timer.failure = new Error("no route to Cloud Tasks");
    const logs = await captureLogs(() => scheduleLaunch(services, queued({ id: "x" })));
    expect(logs).to.contain("timer not set").and.contain('"x"').and.contain("no route");
  });

  it("does not fail either when there is no timer to be had", async () => {
    const broken = { timer: () => Promise.reject(new Error("no SDK")) };
    expect(await captureLogs(() => scheduleLaunch(broken, queued()))).to.contain("no SDK");
  });
});
