import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { CRC32C } from "@google-cloud/storage";
import { expect } from "chai";
import { type StorageFake, startStorageFake } from "../../src/storage-fake/index.ts";

const KIB_256 = 256 * 1024;

describe("the storage fake", () => {
  let fake: StorageFake;
  beforeEach(async () => {
    fake = await startStorageFake();
  });
  afterEach(() => fake.stop());

  const objectsUrl = () => `${fake.url}/storage/v1/b/recordings/o`;
  const uploadUrl = (query: string) => `${fake.url}/upload/storage/v1/b/recordings/o?${query}`;
  const put = (name: string, body: Buffer | string, query = "") =>
    fetch(uploadUrl(`uploadType=media&name=${name}${query}`), { method: "POST", body });

  async function startSession(query = ""): Promise<string> {
    const answer = await fetch(uploadUrl(`uploadType=resumable&name=big${query}`), {
      method: "POST",
    });
    return answer.headers.get("location") ?? "";
  }
  const send = (session: string, range: string, body?: Buffer) =>
    fetch(session, {
      method: "PUT",
      headers: { "Content-Range": range },
      ...(body ? { body } : {}),
    });

  it("computes the checksums that the real client computes", async () => {
    const bytes = randomBytes(10_000);
    const crc = new CRC32C();
    crc.update(bytes);
    const object = await resourceOf(put("a", bytes));
    expect(object).to.include({
      name: "a",
      size: "10000",
      crc32c: crc.toString(),
      metageneration: "1",
    });
    expect(readFileSync(fake.objects()[0]?.path ?? "")).to.deep.equal(bytes);
  });

  it("creates, replaces and removes only at the generation that was named", async () => {
    const first = await resourceOf(put("a", "1", "&ifGenerationMatch=0"));
    expect((await put("a", "2", "&ifGenerationMatch=0")).status).to.equal(412);
    expect((await put("a", "2", `&ifGenerationMatch=${first.generation}`)).status).to.equal(200);
    const stale = `${objectsUrl()}/a?ifGenerationMatch=${first.generation}`;
    expect((await fetch(stale, { method: "DELETE" })).status).to.equal(412);
    expect((await fetch(`${objectsUrl()}/a`, { method: "DELETE" })).status).to.equal(204);
    expect((await fetch(`${objectsUrl()}/a`)).status).to.equal(404);
  });

  it("says 404 for another bucket, in Cloud Storage's words", async () => {
    const answer = await fetch(`${fake.url}/storage/v1/b/other/o/a`);
    expect(answer.status).to.equal(404);
    expect(await answer.json()).to.have.nested.property(
      "error.message",
      "The specified bucket does not exist.",
    );
    expect((await fetch(`${fake.url}/storage/v1/b/recordings`)).status).to.equal(200);
  });

  it("takes chunks in order, and tells where it is", async () => {
    const bytes = randomBytes(KIB_256 + 10);
    const session = await startSession();
    const fresh = await send(session, "bytes */*");
    expect([fresh.status, fresh.headers.get("range")]).to.deep.equal([308, null]);
    const first = await send(session, `bytes 0-${KIB_256 - 1}/*`, bytes.subarray(0, KIB_256));
    expect([first.status, first.headers.get("range")]).to.deep.equal([
      308,
      `bytes=0-${KIB_256 - 1}`,
    ]);
    const last = send(
      session,
      `bytes ${KIB_256}-${KIB_256 + 9}/${KIB_256 + 10}`,
      bytes.subarray(KIB_256),
    );
    expect((await resourceOf(last)).size).to.equal(String(KIB_256 + 10));
    expect((await send(session, "bytes */*")).status).to.equal(200);
    expect(readFileSync(fake.objects()[0]?.path ?? "")).to.deep.equal(bytes);
  });

  it("leaves out what it has already, and refuses a gap or an odd chunk", async () => {
    const bytes = randomBytes(2 * KIB_256);
    const session = await startSession();
    await send(session, `bytes 0-${KIB_256 - 1}/*`, bytes.subarray(0, KIB_256));
    expect((await send(session, "bytes 300000-300009/300010", randomBytes(10))).status).to.equal(
      400,
    );
    expect(
      (await send(session, `bytes ${KIB_256}-${KIB_256 + 9}/*`, randomBytes(10))).status,
    ).to.equal(400);
    expect((await send(session, "bytes 0-*/*", bytes)).status).to.equal(200);
    expect(readFileSync(fake.objects()[0]?.path ?? "")).to.deep.equal(bytes);
  });

  it("refuses a total that does not come true, and a session that it never began", async () => {
    const session = await startSession();
    expect((await send(session, "bytes 0-9/10", randomBytes(9))).status).to.equal(400);
    expect((await send(`${session}9`, "bytes */*")).status).to.equal(404);
  });

  it("checks the precondition again at the end of a session", async () => {
    const session = await startSession("&ifGenerationMatch=0");
    await put("big", "overtaken");
    expect((await send(session, "bytes 0-*/*", randomBytes(9))).status).to.equal(412);
  });

  it("keeps whole multiples of 256 KiB of what arrived before a break", async () => {
    fake.inject({ kind: "break", afterBytes: KIB_256 + 1000, on: "upload" });
    const session = await startSession();
    const sent = send(session, "bytes 0-*/*", randomBytes(2 * KIB_256));
    expect(await sent.catch(() => "broken")).to.equal("broken");
    expect((await send(session, "bytes */*")).headers.get("range")).to.equal(
      `bytes=0-${KIB_256 - 1}`,
    );
    expect(fake.objects()).to.deep.equal([]);
  });

  it("gives ranges, hashes and generations with a download", async () => {
    await put("a", "0123456789");
    const url = `${objectsUrl()}/a?alt=media`;
    const piece = await fetch(url, { headers: { Range: "bytes=2-4" } });
    expect([piece.status, await piece.text()]).to.deep.equal([206, "234"]);
    expect(piece.headers.get("content-range")).to.equal("bytes 2-4/10");
    expect(piece.headers.get("x-goog-hash")).to.match(/^crc32c=.{8},md5=/);
    expect((await fetch(url, { headers: { Range: "bytes=10-" } })).status).to.equal(416);
    expect((await fetch(`${url}&generation=1`)).status).to.equal(404);
  });

  it("lists in pages, in order, by prefix", async () => {
    for (const name of ["b/3", "b/1", "c/1", "b/2"]) await put(encodeURIComponent(name), "x");
    const list = (query: string) => pageOf(fetch(`${objectsUrl()}?${query}`));
    const first = await list("prefix=b/&maxResults=2");
    const second = await list(`prefix=b/&maxResults=2&pageToken=${first.nextPageToken}`);
    const names = [...first.items, ...second.items].map(({ name }) => name);
    expect(names).to.deep.equal(["b/1", "b/2", "b/3"]);
    expect(second.nextPageToken).to.equal(undefined);
  });

  it("patches metadata at its metageneration", async () => {
    await put("a", "x");
    const patch = (query: string) =>
      fetch(`${objectsUrl()}/a${query}`, { method: "PATCH", body: '{"metadata":{"k":"v"}}' });
    expect(await (await patch("")).json()).to.deep.include({
      metageneration: "2",
      metadata: { k: "v" },
    });
    expect((await patch("?ifMetagenerationMatch=1")).status).to.equal(412);
  });

  it("makes the faults that it is told to, when it is told to", async () => {
    fake.inject({ kind: "status", status: 503, on: "describe", after: 1, times: 2 });
    fake.inject({ kind: "corrupt", on: "simple-upload" });
    const bytes = Buffer.from("0123456789");
    const damaged = await resourceOf(put("a", bytes));
    const crc = new CRC32C();
    crc.update(bytes);
    expect(damaged.crc32c).to.not.equal(crc.toString());
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await fetch(`${objectsUrl()}/a`)).status);
    expect(statuses).to.deep.equal([200, 503, 503, 200]);
    expect(fake.requests.filter((operation) => operation === "describe")).to.have.lengthOf(4);
  });

  it("refuses what it does not know", async () => {
    expect((await fetch(`${fake.url}/storage/v1/b/recordings/acl`)).status).to.equal(400);
  });

  it("leaves nothing behind", async () => {
    const other = await startStorageFake({ buckets: ["b"] });
    await fetch(`${other.url}/upload/storage/v1/b/b/o?uploadType=media&name=a`, {
      method: "POST",
      body: "x",
    });
    const path = other.objects()[0]?.path ?? "";
    expect(existsSync(path)).to.equal(true);
    await other.stop();
    expect(existsSync(dirname(path))).to.equal(false);
    expect(await fetch(other.url).catch(() => "closed")).to.equal("closed");
  });
});

interface Resource {
  name: string;
  size: string;
  generation: string;
  crc32c: string;
}

async function resourceOf(answer: Promise<Response>): Promise<Resource> {
  return (await (await answer).json()) as Resource;
}

async function pageOf(answer: Promise<Response>) {
  return (await (await answer).json()) as { items: Resource[]; nextPageToken?: string };
}
