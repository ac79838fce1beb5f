import { once } from "node:events";
import { connect } from "node:net";
import { ConfigurationError } from "@meeting-bot/core";
import { expect } from "chai";
import { type CallbackListener, startCallbackListener } from "../../src/bot/callback-listener.ts";

const STATUS = "/v2/meeting/app/bot/status";

describe("the callback listener", () => {
  let listener: CallbackListener;
  beforeEach(async () => {
    listener = await startCallbackListener({ port: 0, botId: "b1" });
  });
  afterEach(() => listener.close());

  const send = (path: string, body: string, method = "PATCH") =>
    fetch(`http://127.0.0.1:${listener.port}${path}`, { method, body });

  it("hears statuses and logs, in order", async () => {
    await send(STATUS, '{"botId":"b1","status":["processing"]}');
    await send("/v2/meeting/app/bot/log", '{"botId":"b1","category":"c","subCategory":"s"}');
    while (listener.received.length < 2) await once(listener.events, "callback");
    expect(listener.received.map(({ kind }) => kind)).to.deep.equal(["status", "log"]);
  });

  it("answers before the body has arrived", async () => {
    const socket = connect(listener.port, "127.0.0.1");
    const body = '{"status":["finished"]}';
    socket.write(`PATCH ${STATUS} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`);
    const [answer] = await once(socket, "data");
    expect(String(answer)).to.match(/^HTTP\/1.1 200 /);
    const heard = once(listener.events, "callback");
    socket.write(body);
    expect((await heard)[0]).to.deep.include({ statuses: ["finished"] });
    socket.destroy();
  });

  it("answers 200 to what it cannot read, and says so", async () => {
    for (const body of ["{", "x".repeat(100_000)]) {
      const malformed = once(listener.events, "malformed");
      expect((await send(STATUS, body)).status).to.equal(200);
      expect((await malformed)[0]).to.have.property("problem");
    }
    expect(listener.received).to.deep.equal([]);
  });

  it("answers 404 to a path that is no URL", async () => {
    const socket = connect(listener.port, "127.0.0.1");
    socket.write("PATCH // HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    const [answer] = await once(socket, "data");
    expect(String(answer)).to.match(/^HTTP\/1.1 404 /);
    socket.destroy();
  });

  it("does not hear other jobs, other routes, other methods", async () => {
    expect((await send(STATUS, '{"botId":"b2","status":["finished"]}')).status).to.equal(200);
    expect((await send("/v2/other", "{}")).status).to.equal(404);
    expect((await send(STATUS, "{}", "POST")).status).to.equal(404);
    await send(STATUS, '{"botId":"b1","status":["joined"]}');
    while (listener.received.length < 1) await once(listener.events, "callback");
    expect(
      listener.received.map((heard) => heard.kind === "status" && heard.statuses),
    ).to.deep.equal([["joined"]]);
  });

  it("keeps a bounded number", async () => {
    const body = '{"status":["processing"]}';
    await Promise.all(Array.from({ length: 110 }, () => send(STATUS, body)));
    while (listener.received.length < 100) await once(listener.events, "callback");
    await send(STATUS, body);
    expect(listener.received).to.have.lengthOf(100);
  });

  it("says which port is taken", async () => {
    const second = await startCallbackListener({ port: listener.port, botId: "b" }).catch(
      (e: unknown) => e,
    );
    expect(second).to.be.instanceOf(ConfigurationError);
    expect(String(second)).to.contain(String(listener.port)).and.contain("BOT_CALLBACK_PORT");
  });
});
