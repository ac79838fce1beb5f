import { expect } from "chai";
import { MAX_BODY_BYTES } from "../../src/api/body.ts";
import { ApiUnderTest } from "./support/api-under-test.ts";

const meeting_url = "https://meet.google.com/abc-defg-hij";

describe("the API", () => {
  let api: ApiUnderTest;
  before(async () => {
    api = await ApiUnderTest.start();
  });
  after(() => api.stop());

  it("answers what is nowhere described with 404, whoever asks", async () => {
    const paths = ["/", "/v1", "/v2/meetings", "/v1/meetings/", "/V1/meetings", "/v1/meetings/a/b"];
    for (const path of paths) {
      const { status, body } = await api.request(path, { token: undefined });
      expect({ status, type: body?.["type"] }).to.deep.equal({
        status: 404,
        type: "urn:meeting-bot:problem:not-found",
      });
    }
  });

  it("answers a method that a path has not with 405 and those that it has", async () => {
    const { status, headers } = await api.request("/v1/meetings", { method: "PUT" });
    expect([status, headers.get("allow")]).to.deep.equal([405, "POST, GET, HEAD"]);
    const other = await api.request("/v1/meetings/x/recording", { method: "OPTIONS" });
    expect([other.status, other.headers.get("allow")]).to.deep.equal([405, "GET, HEAD, DELETE"]);
  });

  it("refuses a body that is no JSON by its type", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      const headers = { "Content-Type": type };
      const body = JSON.stringify({ meeting_url });
      const { status } = await api.post("/v1/meetings", undefined, { headers, body });
      expect(status, type).to.equal(415);
    }
  });

  it("refuses a compressed body", async () => {
    const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
    const { status } = await api.post("/v1/meetings", undefined, { headers, body: "{}" });
    expect(status).to.equal(415);
  });

  it("does not look at a body where none is taken", async () => {
    const headers = { "Content-Type": "text/plain", "Content-Encoding": "gzip" };
    const body = "x".repeat(MAX_BODY_BYTES + 1);
    const { status } = await api.post("/v1/meetings/none/cancel", undefined, { headers, body });
    expect(status).to.equal(404);
  });

  it("refuses malformed JSON, and text that is not UTF-8", async () => {
    const headers = { "Content-Type": "application/json" };
    for (const body of ["", "{", '{"a":', new Uint8Array([0x22, 0xff, 0x22])]) {
      const { status } = await api.post("/v1/meetings", undefined, { headers, body });
      expect(status, String(body)).to.equal(400);
    }
  });

  it("takes 64 KiB and not a byte more", async () => {
    const longest = JSON.stringify({ meeting_url }).padEnd(MAX_BODY_BYTES);
    const headers = { "Content-Type": "application/json" };
    const taken = await api.post("/v1/meetings", undefined, { headers, body: longest });
    const refused = await api.post("/v1/meetings", undefined, { headers, body: `${longest} ` });
    expect([taken.status, refused.status]).to.deep.equal([201, 413]);
    expect(MAX_BODY_BYTES).to.equal(64 * 1024);
  });

  it("never sees more than 16 KiB of address and headers, which the server refuses", async () => {
    const headers = { "X-Request-Id": "x".repeat(16 * 1024) };
    const refused = await fetch(`${api.address}/v1/openapi.json`, { headers });
    expect([refused.status, refused.headers.get("x-request-id")]).to.deep.equal([431, null]);
    const { status } = await api.request("/v1/openapi.json");
    expect(status).to.equal(200);
  });

  it("refuses an address that cannot be decoded", async () => {
    const { status } = await api.request("/v1/meetings/%zz");
    expect(status).to.equal(400);
  });

  it("takes the caller's name for a request where it is harmless, and makes one where it is not", async () => {
    const named = await api.request("/v1/meetings", { headers: { "X-Request-Id": "mine-1" } });
    expect(named.headers.get("x-request-id")).to.equal("mine-1");
    const odd = await api.request("/v1/meetings", { headers: { "X-Request-Id": "a b" } });
    expect(odd.headers.get("x-request-id")).to.match(/^[0-9a-f-]{36}$/);
  });

  it("says nothing of a fault but the request's id, and logs nothing of the user's", async () => {
    const { access } = api.services;
    api.services.access = {
      ...access,
      findApiKey: () => Promise.reject(new TypeError("secret-message\n    at user@example.com")),
    };
    const token = "mbk_0123456789abcdef_0123456789012345678901234567890123456789abc";
    const { status, body, logs } = await api.requestLogged("/v1/meetings?status=done", { token });
    api.services.access = access;
    expect(status).to.equal(500);
    expect(body).to.have.property("detail", "Please report the id of this request.");
    expect(logs).to.contain("request failed").and.contain(String(body?.["instance"]));
    expect(logs).to.contain("TypeError").and.contain("requests.test.ts");
    expect(logs).not.to.match(/secret-message|example\.com|mbk_|done/);
  });

  it("shows its description to anybody", async () => {
    const { status, body } = await api.request("/v1/openapi.json", { token: undefined });
    expect(status).to.equal(200);
    expect(body).to.have.property("openapi", "3.1.1");
  });
});

describe("the API behind Google's functions framework", () => {
  let api: ApiUnderTest;
  before(async () => {
    api = await ApiUnderTest.start({ receivedBefore: true });
  });
  after(() => api.stop());

  it("takes the body that was received already", async () => {
    const { status, body } = await api.post("/v1/meetings", { meeting_url });
    expect(status).to.equal(201);
    expect(body).to.include({ meeting_url });
  });

  it("keeps its limit", async () => {
    const tooLong = JSON.stringify({ meeting_url }).padEnd(MAX_BODY_BYTES + 1);
    const headers = { "Content-Type": "application/json" };
    const { status } = await api.post("/v1/meetings", undefined, { headers, body: tooLong });
    expect(status).to.equal(413);
  });
});
