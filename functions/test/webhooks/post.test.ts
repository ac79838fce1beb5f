import { EventEmitter, once } from "node:events";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import type { Resolve } from "../../src/webhooks/checked-lookup.ts";
import { NOT_PUBLIC } from "../../src/webhooks/endpoint-url.ts";
import { type PostOutcome, type PostRules, post } from "../../src/webhooks/post.ts";
import { type Certificate, makeCertificate, trusting } from "./support/certificate.ts";

/** The one name that tests may connect to; what it resolves to, each says itself. */
const HOST = "localhost";
const QUERY = "?token=hidden";
const EMULATOR: PostRules = { allowLocal: true };

/** Servers listen on this machine and are stopped after each test. */
const stops: (() => Promise<void>)[] = [];

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  stops.push(async () => {
    const closed = once(server, "close");
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

const serve = (handle: RequestListener) => listen(createHttpServer(handle));
const answer = (status: number, headers = {}) =>
  serve((request, response) => {
    request.resume();
    response.writeHead(status, headers).end("ok");
  });

/** A server of raw bytes, for what no HTTP server says. */
function speak(say: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
  });
  return listen(
    createTcpServer((socket) => {
      sockets.add(socket);
      // The other side leaves as it likes.
      socket.on("error", () => socket.destroy());
      socket.once("data", () => say(socket));
    }),
  );
}

const send = (url: string, rules: PostRules = EMULATOR): Promise<PostOutcome> =>
  post({ url, headers: { "x-test": "1" }, body: '{"größe":1}' }, rules);

describe("post", () => {
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

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
    await stops.pop()?.();
    expect(await send(`http://127.0.0.1:${port}/${QUERY}`)).to.deep.equal({
      kind: "unreachable",
      problem: "The connection failed: ECONNREFUSED.",
    });
  });
});

describe("post, where names lead", () => {
  let asked: string[];
  let came: string[];
  let port: number;

  beforeEach(async () => {
    [asked, came] = [[], []];
    port = await serve((request, response) => {
      request.resume();
      came.push(String(request.headers.host));
      response.writeHead(204).end();
    });
  });

  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  /** A name server that answers these addresses, one list after the other. */
  const answering =
    (...answers: string[][]): Resolve =>
    (hostname, _, callback) => {
      asked.push(hostname);
      const addresses = answers[asked.length - 1] ?? [];
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    };

  it("goes to the address that was checked, and asks for it once", async () => {
    const rules = { ...EMULATOR, resolve: answering(["127.0.0.1"], ["10.0.0.1"]) };
    const outcome = await send(`http://${HOST}:${port}/`, rules);
    expect(outcome).to.include({ kind: "answered", statusCode: 204 });
    expect({ asked, came }).to.deep.equal({ asked: [HOST], came: [`${HOST}:${port}`] });
  });

  it("looks again at every attempt, and sees when a name has moved", async () => {
    const rules = { ...EMULATOR, resolve: answering(["127.0.0.1"], ["169.254.169.254"]) };
    await send(`http://${HOST}:${port}/`, rules);
    expect(await send(`http://${HOST}:${port}/`, rules)).to.deep.equal({
      kind: "unreachable",
      problem: NOT_PUBLIC,
    });
    expect(came).to.have.length(1);
  });

  it("goes nowhere when one of the addresses is not allowed", async () => {
    for (const addresses of [["127.0.0.1", "10.0.0.1"], ["fd00:ec2::254", "127.0.0.1"], []]) {
      asked = [];
      const rules = { ...EMULATOR, resolve: answering(addresses) };
      expect(await send(`http://${HOST}:${port}/`, rules)).to.have.property("problem", NOT_PUBLIC);
    }
    expect(came).to.deep.equal([]);
  });

  it("sends nothing to this machine outside the emulator, by no name and by no address", async () => {
    for (const host of ["localhost", "127.0.0.1", "[::1]", "127.1", "[::ffff:127.0.0.1]"]) {
      const outcome = await send(`https://${host}:${port}/`, { allowLocal: false });
      expect(outcome, host).to.deep.equal({ kind: "unreachable", problem: NOT_PUBLIC });
    }
    expect(came).to.deep.equal([]);
  });

  it("tells that there is no such name, without the name", async () => {
    const unknown = Object.assign(new Error(`getaddrinfo ENOTFOUND ${HOST}`), {
      code: "ENOTFOUND",
    });
    const resolve: Resolve = (_, __, callback) => callback(unknown, []);
    expect(await send(`http://${HOST}/`, { ...EMULATOR, resolve })).to.deep.equal({
      kind: "unreachable",
      problem: "The connection failed: ENOTFOUND.",
    });
  });
});

describe("post, by HTTPS", () => {
  let certificate: Certificate;
  let port: number;
  let came: string[];

  before(async () => {
    certificate = await makeCertificate(HOST);
  });

  /** Where a server with that certificate listens. */
  const serveWith = (own: Certificate) =>
    listen(
      createHttpsServer(own, (request, response) => {
        request.resume();
        came.push(String(request.headers.host));
        response.writeHead(204).end();
      }),
    );

  beforeEach(async () => {
    came = [];
    port = await serveWith(certificate);
  });

  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  const local: Resolve = (_, __, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]);

  it("posts to a server whose certificate is its name's", async () => {
    const rules = { ...EMULATOR, resolve: local };
    const outcome = await trusting(certificate, () => send(`https://${HOST}:${port}/`, rules));
    expect(outcome).to.include({ kind: "answered", statusCode: 204 });
    expect(came).to.deep.equal([`${HOST}:${port}`]);
  });

  it("posts to a server whose certificate is its address's", async () => {
    const outcome = await trusting(certificate, () => send(`https://127.0.0.1:${port}/`));
    expect(outcome).to.include({ kind: "answered", statusCode: 204 });
  });

  it("sends nothing to a server whose certificate is another name's", async () => {
    const other = await makeCertificate("other.example.com");
    const url = `https://${HOST}:${await serveWith(other)}/`;
    const outcome = await trusting(other, () => send(url, { ...EMULATOR, resolve: local }));
    expect(outcome).to.have.property(
      "problem",
      "The connection failed: ERR_TLS_CERT_ALTNAME_INVALID.",
    );
    expect(came).to.deep.equal([]);
  });

  it("sends nothing to a server whose certificate nobody has signed", async () => {
    const outcome = await send(`https://127.0.0.1:${port}/`);
    expect(outcome).to.have.property(
      "problem",
      "The connection failed: DEPTH_ZERO_SELF_SIGNED_CERT.",
    );
    expect(came).to.deep.equal([]);
  });
});
