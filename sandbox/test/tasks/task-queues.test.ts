import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect } from "chai";
import { type App, deleteApp, initializeApp } from "firebase-admin/app";
import { getFunctions } from "firebase-admin/functions";
import { startTaskQueues, type TaskQueues } from "../../src/tasks/task-queues.ts";
import { ManualTimers } from "./manual-timers.ts";

interface Delivery {
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: unknown;
}

describe("startTaskQueues, for firebase-admin", () => {
  const hostBefore = process.env["CLOUD_TASKS_EMULATOR_HOST"];
  let timers: ManualTimers;
  let queues: TaskQueues;
  let functions: Server;
  let app: App;

  beforeEach(async () => {
    timers = new ManualTimers(Date.now());
    functions = createServer(async (request, response) => {
      const { url, headers } = request;
      functions.emit("delivery", { url, headers, body: await json(request) });
      response.writeHead(204).end();
    }).listen(0, "127.0.0.1");
    await once(functions, "listening");
    const retryConfig = { maxAttempts: 2, minBackoffSeconds: 1 };
    queues = await startTaskQueues({ queues: { launchDue: { retryConfig } }, timers });
    process.env["CLOUD_TASKS_EMULATOR_HOST"] = queues.host;
    app = initializeApp({ projectId: "demo-tasks" }, "tasks");
  });

  afterEach(async () => {
    if (hostBefore === undefined) delete process.env["CLOUD_TASKS_EMULATOR_HOST"];
    else process.env["CLOUD_TASKS_EMULATOR_HOST"] = hostBefore;
    await deleteApp(app);
    await queues.stop();
    functions.closeAllConnections();
    await once(functions.close(), "close");
  });

  const queue = (name = "launchDue") => getFunctions(app).taskQueue(name);
  const tasksUrl = () => `http://${queues.host}/projects/p/locations/l/queues/launchDue/tasks`;
  const connect = () =>
    queues.connect(`http://127.0.0.1:${(functions.address() as AddressInfo).port}`);
  const nextDelivery = async (): Promise<Delivery> => (await once(functions, "delivery"))[0];
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "none",
      (error: { code?: string }) => error.code,
    );

  it("delivers a task to its function when its time has come", async () => {
    connect();
    const scheduleTime = new Date(timers.now() + 60_000);
    await queue().enqueue({ instance: "i-1" }, { id: "i-1", scheduleTime });
    expect(queues.stats()["launchDue"]).to.include({ dispatched: 0, pending: 1 });
    const delivery = nextDelivery();
    timers.advance(60_000);
    const { url, headers, body } = await delivery;
    expect(url).to.equal("/demo-tasks/us-central1/launchDue");
    expect(body).to.deep.equal({ data: { instance: "i-1" } });
    expect(headers).to.include({
      "x-cloudtasks-queuename": "launchDue",
      "x-cloudtasks-taskname": "i-1",
      "x-cloudtasks-taskretrycount": "0",
    });
  });

  it("holds what is due until it is told where the functions are", async () => {
    await queue().enqueue({});
    const delivery = nextDelivery();
    connect();
    expect((await delivery).body).to.deep.equal({ data: {} });
  });

  it("repeats what a function answered with an error", async () => {
    const answered = Promise.withResolvers<void>();
    functions.removeAllListeners("request");
    functions.on("request", (request, response) => {
      functions.emit("delivery", { headers: request.headers });
      response.on("close", answered.resolve).writeHead(500).end();
    });
    connect();
    const first = nextDelivery();
    await queue().enqueue({});
    await first;
    await answered.promise;
    const second = nextDelivery();
    // The answer may still be on its way to the queue: the time goes on until it has arrived.
    const clock = setInterval(() => timers.advance(1000), 5);
    const { headers } = await second.finally(() => clearInterval(clock));
    expect(headers["x-cloudtasks-taskretrycount"]).to.equal("1");
  });

  it("says that an id is taken", async () => {
    await queue().enqueue({}, { id: "same" });
    const code = await codeOf(queue().enqueue({}, { id: "same" }));
    expect(code).to.equal("functions/task-already-exists");
  });

  it("deletes a task, and says that there is none the second time", async () => {
    await queue().enqueue({}, { id: "gone", scheduleDelaySeconds: 60 });
    await queue().delete("gone");
    expect(queues.stats()["launchDue"]?.pending).to.equal(0);
    const response = await fetch(`${tasksUrl()}/gone`, { method: "DELETE" });
    expect(response.status).to.equal(404);
  });

  it("knows no queue that it was not told of", async () => {
    expect(await codeOf(queue("other").enqueue({}))).to.equal("functions/not-found");
  });

  it("refuses what it cannot read, and goes on", async () => {
    const post = (body: string) => fetch(tasksUrl(), { method: "POST", body });
    expect((await post("{")).status).to.equal(400);
    expect((await post('{"task": {"httpRequest": {"body": 1}}}')).status).to.equal(500);
    expect((await post('{"task": {"httpRequest": {}}}')).status).to.equal(200);
  });
});
