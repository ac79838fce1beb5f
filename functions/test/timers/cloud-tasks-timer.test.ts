import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { HOUR, MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { type App, deleteApp, initializeApp } from "firebase-admin/app";
import { getFunctions } from "firebase-admin/functions";
import { startTaskQueues, type TaskQueues } from "../../../sandbox/src/tasks/task-queues.ts";
import { ManualTimers } from "../../../sandbox/test/tasks/manual-timers.ts";
import { CloudTasksTimer, connectCloudTasks } from "../../src/timers/cloud-tasks-timer.ts";
import { LAUNCH_QUEUE, LAUNCH_TASKS } from "../../src/timers/launch-queue.ts";

const REGION = "europe-west1";
const DAY = 24 * HOUR;

describe("CloudTasksTimer", () => {
  const hostBefore = process.env["CLOUD_TASKS_EMULATOR_HOST"];
  let timers: ManualTimers;
  let queues: TaskQueues;
  let functions: Server;
  let app: App;

  beforeEach(async () => {
    timers = new ManualTimers(Date.now());
    functions = createServer(async (request, response) => {
      functions.emit("delivery", [request.url, await json(request)]);
      response.writeHead(204).end();
    });
    queues = await startTaskQueues({
      queues: { [LAUNCH_TASKS.functionName]: LAUNCH_QUEUE },
      functionsUrl: await listen(functions),
      timers,
    });
    process.env["CLOUD_TASKS_EMULATOR_HOST"] = queues.host;
    app = initializeApp({ projectId: "demo-timer" }, "timer");
  });

  afterEach(async () => {
    if (hostBefore === undefined) delete process.env["CLOUD_TASKS_EMULATOR_HOST"];
    else process.env["CLOUD_TASKS_EMULATOR_HOST"] = hostBefore;
    await deleteApp(app);
    await queues.stop();
    await close(functions);
  });

  const timer = () => connectCloudTasks(app, REGION, LAUNCH_TASKS);
  const stats = () => queues.stats()[LAUNCH_TASKS.functionName];

  it("has the function of its region called with the instance when it is due, not before", async () => {
    const dueAt = timers.now() + HOUR;
    await timer().setTimer("x", dueAt);
    timers.advance(HOUR - 1);
    expect(stats()).to.include({ dispatched: 0, pending: 1 });
    const delivery = once(functions, "delivery");
    timers.advance(1);
    expect(await delivery).to.deep.equal([
      [`/demo-timer/${REGION}/launchDue`, { data: { instanceId: "x" } }],
    ]);
  });

  it("has it called at once when it is due already", async () => {
    const delivery = once(functions, "delivery");
    await timer().setTimer("x", timers.now() - DAY);
    expect((await delivery)[0][1]).to.deep.equal({ data: { instanceId: "x" } });
  });

  it("sets one timer for an instance and a time, and another for another time", async () => {
    const dueAt = timers.now() + HOUR;
    await timer().setTimer("x", dueAt);
    await timer().setTimer("x", dueAt);
    expect(stats()).to.include({ enqueued: 1 });
    await timer().setTimer("x", dueAt + 1);
    await timer().setTimer("y", dueAt);
    expect(stats()).to.include({ enqueued: 3 });
  });

  it("takes whatever ids others gave their instances", async () => {
    const ids = ["a b", "größer", "x".repeat(1500), "a.b"];
    for (const id of ids) await timer().setTimer(id, timers.now() + HOUR);
    expect(stats()).to.include({ enqueued: ids.length });
  });

  it("leaves to the sweep what is more than 30 days ahead", async () => {
    await timer().setTimer("x", timers.now() + 30 * DAY + MINUTE);
    expect(stats()).to.include({ enqueued: 0 });
    await timer().setTimer("x", timers.now() + 30 * DAY - MINUTE);
    expect(stats()).to.include({ enqueued: 1 });
  });

  it("throws when there is no such queue", async () => {
    const queue = getFunctions(app).taskQueue("other");
    const lost = new CloudTasksTimer(queue, LAUNCH_TASKS, Date.now);
    const error = await errorOf(lost.setTimer("x", Date.now()));
    expect(error).to.have.property("code", "functions/not-found");
  });

  it("throws when there is no answer in time", async () => {
    const silent = createServer();
    process.env["CLOUD_TASKS_EMULATOR_HOST"] = new URL(await listen(silent)).host;
    const unanswered = initializeApp({ projectId: "demo-timer" }, "unanswered");
    const queue = getFunctions(unanswered).taskQueue(LAUNCH_TASKS.functionName);
    const impatient = new CloudTasksTimer(queue, LAUNCH_TASKS, Date.now, 50);
    const error = await errorOf(impatient.setTimer("x", Date.now() + SECOND));
    expect(error).to.have.property("message", "Cloud Tasks has not answered within 50 ms.");
    await deleteApp(unanswered);
    await close(silent);
  });
});

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await once(server.close(), "close");
}

function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
