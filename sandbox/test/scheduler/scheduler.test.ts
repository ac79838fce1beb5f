import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { mock } from "node:test";
import { expect } from "chai";
import { type ScheduleOptions, type Scheduler, startScheduler } from "../../src/scheduler.ts";

describe("startScheduler", () => {
  let server: Server;
  let scheduler: Scheduler;
  let requests: { line: string; body: string; scheduledAt: unknown }[];
  let answer: (response: ServerResponse) => void;

  beforeEach(async () => {
    requests = [];
    answer = (response) => response.end();
    server = createServer(async (request: IncomingMessage, response) => {
      requests.push({
        line: `${request.method} ${request.url}`,
        body: await text(request),
        scheduledAt: request.headers["x-cloudscheduler-scheduletime"],
      });
      server.emit("asked");
      answer(response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  afterEach(async () => {
    mock.timers.reset();
    await scheduler.stop();
    server.closeAllConnections();
    await once(server.close(), "close");
  });

  const start = (options: Partial<ScheduleOptions> = {}) => {
    const functionsUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const onError = (error: Error) => server.emit("failed", error);
    const target = { functionsUrl, projectId: "demo-x", region: "us-central1" };
    const schedule = { functionName: "sweep", everySeconds: 3600, onError };
    scheduler = startScheduler({ ...target, ...schedule, ...options });
  };

  it("calls the function's trigger as the functions emulator names it, with the time that it was due", async () => {
    start();
    const scheduledAt = "2030-01-31T09:05:00.000Z";
    await scheduler.fire(new Date(scheduledAt));
    const line = "POST /functions/projects/demo-x/triggers/us-central1-sweep-0";
    expect(requests).to.deep.equal([{ line, body: "{}", scheduledAt }]);
  });

  it("runs again and again by itself", async () => {
    start({ everySeconds: 0.02 });
    await once(server, "asked");
    await once(server, "asked");
  });

  it("never runs twice at once: whoever fires meanwhile joins, and a turn is left out", async () => {
    const held = new Promise<ServerResponse>((resolve) => {
      answer = resolve;
    });
    mock.timers.enable({ apis: ["setInterval"] });
    start({ everySeconds: 60 });
    const first = scheduler.fire();
    const response = await held;
    mock.timers.tick(300_000);
    const second = scheduler.fire();
    answer = (next) => next.end();
    response.end();
    await Promise.all([first, second]);
    await scheduler.fire();
    expect(requests).to.have.length(2);
  });

  it("rejects a fired run when the function throws", async () => {
    answer = (response) => response.writeHead(500).end("boom");
    start();
    const error = await scheduler.fire().catch((reason: Error) => reason);
    expect(error).to.be.an("error");
    expect(error?.message).to.match(/sweep-0 answered 500: boom$/);
  });

  it("tells of a failed run and goes on with the next", async () => {
    answer = (response) => response.writeHead(500).end("boom");
    start({ everySeconds: 0.02 });
    const [error] = await once(server, "failed");
    expect(error.message).to.include("500");
    answer = (response) => response.end();
    await once(server, "asked");
  });
});
