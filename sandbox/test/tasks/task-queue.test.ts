import { expect } from "chai";
import { type QueueOptions, queueConfig } from "../../src/tasks/queue-config.ts";
import { TaskQueue } from "../../src/tasks/task-queue.ts";
import type { Task } from "../../src/tasks/task-request.ts";
import { ManualTimers } from "./manual-timers.ts";

const NOW = 1_700_000_000_000;
const HOUR_MS = 3_600_000;

/** Lets the queue go on after a delivery's answer. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("TaskQueue", () => {
  let timers: ManualTimers;
  let delivered: { id: string; attempt: number; at: number }[];
  let answers: boolean[];

  beforeEach(() => {
    timers = new ManualTimers(NOW);
    delivered = [];
    answers = [];
  });

  const createQueue = (options: QueueOptions = {}) =>
    new TaskQueue(queueConfig(options), timers, async ({ id }, attempt) => {
      delivered.push({ id, attempt, at: timers.now() - NOW });
      return answers.shift() ?? true;
    });

  const task = (id: string, inMs = 0): Task => ({
    id,
    scheduledAt: timers.now() + inMs,
    deadlineMs: 1000,
    url: "/",
    headers: {},
    body: Buffer.alloc(0),
  });

  it("delivers a task that is due at once", () => {
    createQueue().add(task("a"));
    expect(delivered).to.deep.equal([{ id: "a", attempt: 1, at: 0 }]);
  });

  it("holds a task back until its time, and lets an earlier one overtake it", async () => {
    const queue = createQueue();
    queue.add(task("late", 60_000));
    queue.add(task("early", 30_000));
    timers.advance(29_999);
    expect(delivered).to.deep.equal([]);
    timers.advance(1);
    await settled();
    timers.advance(30_000);
    expect(delivered.map(({ id, at }) => [id, at])).to.deep.equal([
      ["early", 30_000],
      ["late", 60_000],
    ]);
  });

  it("refuses an id that is taken, for an hour after its task has ended, and no longer", async () => {
    const queue = createQueue();
    expect(queue.add(task("a"))).to.equal(true);
    expect(queue.add(task("a"))).to.equal(false);
    await settled();
    timers.advance(HOUR_MS - 1);
    expect(queue.add(task("a"))).to.equal(false);
    timers.advance(1);
    expect(queue.add(task("a"))).to.equal(true);
  });

  it("repeats a failed delivery with back-off, up to the attempts allowed", async () => {
    answers = [false, false, false];
    const queue = createQueue({ retryConfig: { maxAttempts: 3, minBackoffSeconds: 2 } });
    queue.add(task("a"));
    for (let turn = 0; turn < 5; turn += 1) {
      await settled();
      timers.advance(10_000);
    }
    expect(delivered.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3]);
    expect(queue.stats()).to.deep.include({ dispatched: 3, succeeded: 0, failed: 1, pending: 0 });
  });

  it("waits as long as the back-off says before it repeats", async () => {
    answers = [false];
    createQueue({ retryConfig: { minBackoffSeconds: 2 } }).add(task("a"));
    await settled();
    timers.advance(1999);
    expect(delivered).to.have.length(1);
    timers.advance(1);
    expect(delivered).to.have.length(2);
  });

  it("spreads deliveries to the rate allowed", async () => {
    const queue = createQueue({ rateLimits: { maxDispatchesPerSecond: 2 } });
    for (const id of ["a", "b", "c"]) queue.add(task(id));
    for (let turn = 0; turn < 3; turn += 1) {
      await settled();
      timers.advance(500);
    }
    expect(delivered.map(({ at }) => at)).to.deep.equal([0, 500, 1000]);
  });

  it("has no more tasks under way than allowed", async () => {
    const done: (() => void)[] = [];
    const hold = () => new Promise<boolean>((resolve) => done.push(() => resolve(true)));
    const limits = { maxConcurrentDispatches: 2, maxDispatchesPerSecond: Number.POSITIVE_INFINITY };
    const queue = new TaskQueue(queueConfig({ rateLimits: limits }), timers, hold);
    for (const id of ["a", "b", "c"]) queue.add(task(id));
    expect(done).to.have.length(2);
    done[0]?.();
    await settled();
    expect(done).to.have.length(3);
  });

  it("forgets a deleted task but keeps its id taken", () => {
    const queue = createQueue();
    queue.add(task("a", 1000));
    expect(queue.remove("a")).to.equal(true);
    expect(queue.remove("a")).to.equal(false);
    timers.advance(2000);
    expect(delivered).to.deep.equal([]);
    expect(queue.add(task("a"))).to.equal(false);
  });

  it("does not repeat a task that was deleted while it ran", async () => {
    answers = [false];
    const queue = createQueue();
    queue.add(task("a"));
    queue.remove("a");
    await settled();
    timers.advance(HOUR_MS);
    expect(delivered).to.have.length(1);
  });

  it("delivers nothing after it was stopped", () => {
    const queue = createQueue();
    queue.add(task("a", 1000));
    queue.stop();
    timers.advance(2000);
    expect(delivered).to.deep.equal([]);
  });

  it("counts what became of its tasks", async () => {
    const queue = createQueue();
    queue.add(task("a"));
    queue.add(task("b", 5000));
    await settled();
    const counts = { enqueued: 2, dispatched: 1, succeeded: 1, failed: 0, pending: 1 };
    expect(queue.stats()).to.deep.equal(counts);
  });
});
