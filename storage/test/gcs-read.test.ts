import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { Storage } from "@google-cloud/storage";
import type { StoredObject } from "@meeting-bot/core";
import { expect } from "chai";
import { OAuth2Client } from "google-auth-library";
import { openGcsObject } from "../src/gcs-read.ts";
import { failureOf, readAll } from "./bytes.ts";

const OBJECT: StoredObject = {
  uri: "gs://recordings/a b/video.mp4",
  name: "a b/video.mp4",
  bytes: 100,
  crc32c: "",
  generation: "17",
  contentType: "video/mp4",
  metadata: {},
};

describe("openGcsObject", () => {
  let server: Server;
  let asked: IncomingMessage[];
  let answer: { status: number; headers: Record<string, string>; body: Buffer };
  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(request);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });
  afterEach(async () => {
    const closed = once(server.close(), "close");
    server.closeAllConnections();
    await closed;
  });

  /** Google's own server, as the client sees it: not a custom one, which it gives no credentials. */
  function open() {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: "mine", expiry_date: Date.now() + 3_600_000 });
    const storage = new Storage({ authClient, projectId: "demo-test" });
    storage.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/storage/v1`;
    const { signal } = new AbortController();
    return openGcsObject(storage.bucket("recordings"), OBJECT, { start: 10, end: 90 }, signal);
  }

  it("asks for some bytes of one generation, as who it is", async () => {
    answer = { status: 206, headers: {}, body: Buffer.from("bytes") };
    expect(String(await readAll(await open()))).to.equal("bytes");
    const [{ url, headers } = {}] = asked;
    expect(url).to.equal("/storage/v1/b/recordings/o/a%20b%2Fvideo.mp4?alt=media&generation=17");
    expect(headers).to.include({ authorization: "Bearer mine", range: "bytes=10-89" });
  });

  it("gives a gzipped object as it is stored, which is what its size and CRC32C are of", async () => {
    const body = gzipSync("unpacked");
    answer = { status: 206, headers: { "content-encoding": "gzip" }, body };
    expect(await readAll(await open())).to.deep.equal(body);
  });

  it("rejects with the status and the words of a refusal", async () => {
    const body = Buffer.from(JSON.stringify({ error: { code: 403, message: "not you" } }));
    answer = { status: 403, headers: { "content-type": "application/json" }, body };
    const failure = await failureOf(open());
    expect(failure).to.include({ status: 403 });
    expect(String(failure)).to.contain("not you");
  });
});
