import { EventEmitter, once } from "node:events";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { EMULATOR, HOST, QUERY, send } from "./support/posting.ts";
import { answer, serve, speak, stopServers, useServers } from "./support/servers.ts";

describe("post", () => {
  useServers();

  it("posts the body with its headers, and tells the answer's status", async () => {
    const events = new EventEmitter();
    const port = await serve((request, response) => {
      request.resume();
      events.emit("request", request);
      response.writeHead(202, { "retry-after": "7" }).end();
    });
    const request = once(events, "request");
    const outcome = await send(`http://127.0.0.1:${port}/hooks${QUERY}`);
    expect(outcome).to.deep.equal({ kind: "answered", statusCode: 202, retryAfter: "7" });
    const [{ method, url, headers }] = await request;
    expect({ method, url }).to.deep.equal({ method: "POST", url: `/hooks${QUERY}` });
    expect(headers).to.include({ "x-test": "1", "content-length": "13" });
  });

  it("sends the body as it is", async () => {
    let body = "";
    const port = await serve(async (request, response) => {
      body = await text(request);
      response.end();
    });
    await send(`http://127.0.0.1:${port}/`);
    expect(body).to.equal('{"größe":1}');
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`follows no ${status}`, async () => {
      let followed = 0;
      const elsewhere = await serve((_, response) => {
        followed += 1;
        response.end();
      });
      const port = await answer(status, { location: `http://127.0.0.1:${elsewhere}/` });
      const outcome = await send(`http://127.0.0.1:${port}/`);
      expect(outcome).to.include({ kind: "answered", statusCode: status });
      expect(followed).to.equal(0);
    });
  }

  it("cuts off who does not stop talking", async () => {
    const socketClosed = Promise.withResolvers<void>();
    const port = await serve((request, response) => {
      request.resume();
      response.writeHead(200);
      const talking = setInterval(() => response.write("x".repeat(1024)), 1);
      response.on("close", () => {
        clearInterval(talking);
        socketClosed.resolve();
      });
    });
    const outcome = await send(`http://127.0.0.1:${port}/`);
    expect(outcome).to.include({ kind: "answered", statusCode: 200 });
    await socketClosed.promise;
  });

  it("takes the status for the answer, whatever becomes of the rest", async () => {
    const port = await serve((request, response) => {
      request.resume();
      response.writeHead(200, { "content-length": "100" }).write("half");
      setImmediate(() => response.destroy());
    });
    expect(await send(`http://127.0.0.1:${port}/`)).to.include({
      kind: "answered",
      statusCode: 200,
    });
  });

  it("waits no longer than it may, for the answer or its rest", async () => {
    const silent = await serve((request) => request.resume());
    const rules = { ...EMULATOR, timeoutMs: SECOND / 10 };
    expect(await send(`http://127.0.0.1:${silent}/${QUERY}`, rules)).to.deep.equal({
      kind: "unreachable",
      problem: "There was no answer within 0.1 seconds.",
    });
    const halting = await serve((request, response) => {
      request.resume();
      response.writeHead(200).write("a word");
    });
    expect(await send(`http://127.0.0.1:${halting}/`, rules)).to.include({ kind: "answered" });
  });

  it("waits no longer for a name", async () => {
    const rules = { ...EMULATOR, timeoutMs: SECOND / 10, resolve: () => undefined };
    expect(await send(`http://${HOST}/`, rules)).to.deep.equal({
      kind: "unreachable",
      problem: "There was no answer within 0.1 seconds.",
    });
  });

  for (const [what, say] of Object.entries({
    "hangs up": (socket: Socket) => socket.destroy(),
    "says nonsense": (socket: Socket) => socket.end("nonsense\r\n\r\n"),
    "changes the protocol": (socket: Socket) =>
      socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
    "has endless headers": (socket: Socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(100_000)}`),
  })) {
    it(`tells of a server that ${what}, and nothing of its address or the URL's query`, async () => {
      const port = await speak(say);
      const outcome = await send(`http://127.0.0.1:${port}/${QUERY}`, {
        ...EMULATOR,
        timeoutMs: SECOND,
      });
      expect(outcome)
        .to.have.property("problem")
        .that.matches(/^The connection failed: ([A-Z_]+|no answer)\.$/);
    });
  }

  it("tells that nobody listens", async () => {
    const port = await answer(200);
    await stopServers();
    expect(await send(`http://127.0.0.1:${port}/${QUERY}`)).to.deep.equal({
      kind: "unreachable",
      problem: "The connection failed: ECONNREFUSED.",
    });
  });
});
