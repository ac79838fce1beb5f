import { setImmediate } from "node:timers/promises";
import { MINUTE, readSettings, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { queueConfig } from "../../../sandbox/src/tasks/queue-config.ts";
import { TaskQueue } from "../../../sandbox/src/tasks/task-queue.ts";
import { ManualTimers } from "../../../sandbox/test/tasks/manual-timers.ts";
import { settings } from "../../src/config.ts";
import { LAUNCH_QUEUE } from "../../src/timers/launch-queue.ts";

/** How many RunJob calls Cloud Run takes in a minute (cloud.google.com/run/quotas). */
const QUOTA = 180;
const TASK = { scheduledAt: 0, deadlineMs: MINUTE, url: "/", headers: {}, body: Buffer.from("") };

describe("LAUNCH_QUEUE", () => {
  it("spreads 240 meetings of a full hour over the lead, within Cloud Run's quota", async () => {
    const timers = new ManualTimers(0);
    const launchedAt: number[] = [];
    const queue = new TaskQueue(queueConfig(LAUNCH_QUEUE), timers, async () => {
      launchedAt.push(timers.now());
      return true;
    });
    for (let index = 0; index < 240; index += 1) queue.add({ ...TASK, id: `${index}` });
    while (queue.stats().pending > 0) {
      timers.advance(100);
      // A launch ends, and makes room for the next one.
      await setImmediate();
    }
    expect(launchedAt).to.have.length(240);
    const { joinLeadSeconds } = readSettings(settings, { GCP_PROJECT_ID: "p", GCS_BUCKET: "b" });
    expect(Math.max(...launchedAt)).to.be.at.most(joinLeadSeconds * SECOND);
    const busiest = launchedAt.map(
      (from) => launchedAt.filter((at) => at >= from && at < from + MINUTE).length,
    );
    expect(Math.max(...busiest)).to.be.at.most(QUOTA);
  });
});
