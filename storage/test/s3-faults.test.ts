import { Readable } from "node:stream";
import type { PutOptions } from "@meeting-bot/core";
import { expect } from "chai";
import { eventually } from "../../test/eventually.ts";
import { collect, failureOf, memorySource, readAll, someBytes } from "./bytes.ts";
import { useS3Fake } from "./s3-support.ts";

const MIB = 1024 * 1024;
/** The least that S3 takes. */
const PART = 5 * MIB;
const VIDEO: PutOptions = { owner: { instance: "i1", attempt: 1 }, contentType: "video/mp4" };

describe("S3RecordingStore, when storage misbehaves", function () {
  this.timeout(20_000);
  const bench = useS3Fake();
  const open = (settings = {}) => bench.open({ partBytes: PART, ...settings });
  const count = (operation: string) =>
    bench.fake.requests.filter((made) => made === operation).length;
  const inject: typeof bench.fake.inject = (fault) => bench.fake.inject(fault);
  const down = { kind: "error", status: 503, code: "SlowDown" } as const;
  /** Two parts. */
  let large: Buffer;
  before(() => {
    large = someBytes(PART + 100_000);
  });

  async function expectOneObject(bytes: Buffer, store = open()): Promise<void> {
    expect(bench.fake.objects().map(({ key }) => key)).to.deep.equal(["a"]);
    expect((await readAll(store.get("a"))).equals(bytes)).to.equal(true);
    expect(bench.fake.unfinishedUploads()).to.deep.equal([]);
  }

  function expectNothing(): void {
    expect(bench.fake.objects()).to.deep.equal([]);
    expect(bench.fake.unfinishedUploads()).to.deep.equal([]);
  }

  it("sends large files in parts, whose CRC32C S3 keeps for the whole", async () => {
    const stored = await open().put("a", memorySource(large), VIDEO);
    expect(count("upload-part")).to.equal(2);
    expect(stored.generation).to.match(/-2"$/);
    expect(bench.fake.objects()[0]?.crc32c).to.equal(stored.crc32c);
    expect(await open().stat("a")).to.deep.equal(stored);
    await expectOneObject(large);
  });

  for (const on of ["create-upload", "upload-part", "complete-upload", "put"] as const) {
    it(`stores although ${on} is answered 503 twice, and repeats nothing else`, async () => {
      inject({ ...down, on, times: 2 });
      const bytes = on === "put" ? someBytes(1000) : large;
      await open().put("a", memorySource(bytes), VIDEO);
      expect(count(on)).to.equal(on === "upload-part" ? 4 : 3);
      expect(count("create-upload")).to.be.at.most(on === "create-upload" ? 3 : 1);
      await expectOneObject(bytes);
    });
  }

  it("reads, lists, describes and removes although each is answered 503 once", async () => {
    const bytes = someBytes(1000);
    await open().put("a", memorySource(bytes), VIDEO);
    for (const on of ["head", "get", "list", "remove"] as const) inject({ ...down, on });
    await expectOneObject(bytes);
    expect(await collect(open().list(""))).to.have.lengthOf(1);
    await open().remove("a");
    expectNothing();
  });

  it("sends a part again whose connection broke", async () => {
    inject({ kind: "break", afterBytes: MIB, on: "upload-part", after: 1 });
    await open().put("a", memorySource(large), VIDEO);
    expect(count("upload-part")).to.equal(3);
    await expectOneObject(large);
  });

  for (const on of ["put", "complete-upload", "upload-part"] as const) {
    it(`makes no second object of an unknown outcome of ${on}`, async () => {
      inject({ kind: "commit-then-break", on });
      const bytes = on === "put" ? someBytes(1000) : large;
      const stored = await open().put("a", memorySource(bytes), VIDEO);
      expect(stored.generation).to.equal(bench.fake.objects()[0]?.etag);
      expect(count("create-upload")).to.be.at.most(1);
      await expectOneObject(bytes);
    });
  }

  it("makes no second object of an unknown outcome when it replaces", async () => {
    await open().put("a", memorySource(someBytes(10)), VIDEO);
    inject({ kind: "commit-then-break", on: "put" });
    const bytes = someBytes(1000);
    await open().put("a", memorySource(bytes), VIDEO);
    await expectOneObject(bytes);
  });

  it("begins anew when S3 has lost what was sent", async () => {
    inject({ kind: "error", status: 404, code: "NoSuchUpload", on: "complete-upload" });
    await open().put("a", memorySource(large), VIDEO);
    expect(count("create-upload")).to.equal(2);
    await expectOneObject(large);
  });

  it("waits for another writer of the same object, and then respects what it has stored", async () => {
    const theirs = { ...VIDEO, owner: { instance: "i2", attempt: 1 } };
    await open().put("a", memorySource(someBytes(10)), theirs);
    const conflict = { kind: "error", status: 409, code: "ConditionalRequestConflict" } as const;
    inject({ ...conflict, on: "put" });
    expect((await open().put("a", memorySource(someBytes(11)), VIDEO)).name).to.equal("a-2");
  });

  it("creates an object that was to be replaced and has gone", async () => {
    await open().put("a", memorySource(someBytes(10)), VIDEO);
    inject({ kind: "error", status: 404, code: "NoSuchKey", on: "put", after: 1 });
    const bytes = someBytes(11);
    await open().put("a", memorySource(bytes), VIDEO);
    await expectOneObject(bytes);
  });

  for (const on of ["put", "complete-upload"] as const) {
    it(`sends a damaged object again after ${on}`, async () => {
      inject({ kind: "corrupt", on });
      const bytes = on === "put" ? someBytes(1000) : large;
      await open().put("a", memorySource(bytes), VIDEO);
      expect(count("remove")).to.equal(1);
      await expectOneObject(bytes);
    });
  }

  it("leaves no damaged object behind when it is damaged every time", async () => {
    inject({ kind: "corrupt", on: "put", times: 99 });
    const failure = await failureOf(open().put("a", memorySource(someBytes(100)), VIDEO));
    expect(failure).to.include({ code: "corrupt", retryable: true });
    expectNothing();
  });

  it("leaves no unfinished upload behind when a part fails for good", async () => {
    inject({
      kind: "error",
      status: 403,
      code: "AccessDenied",
      on: "upload-part",
      after: 1,
      times: 9,
    });
    const failure = await failureOf(open().put("a", memorySource(large), VIDEO));
    expect(failure).to.include({ code: "forbidden", retryable: false });
    expectNothing();
  });

  it("leaves no unfinished upload behind when the source breaks", async () => {
    let opened = 0;
    const pieces = async function* (broken: boolean) {
      yield large;
      if (broken) throw new Error("disk on fire");
    };
    const source = { open: () => Readable.from(pieces(++opened > 1)) };
    expect(await failureOf(open().put("a", source, VIDEO))).to.include({ name: "SourceError" });
    expect(count("abort-upload")).to.equal(1);
    expectNothing();
  });

  it("leaves no unfinished upload behind when it is called off in the middle", async () => {
    const controller = new AbortController();
    inject({ kind: "hang", on: "upload-part", after: 1 });
    const put = open().put("a", memorySource(large), { ...VIDEO, signal: controller.signal });
    const failure = failureOf(put);
    await eventually(() => count("upload-part") === 2 || undefined);
    controller.abort(new Error("fenced off"));
    expect(String(await failure)).to.contain("fenced off");
    expectNothing();
  });

  it("gives up in words when storage stays down", async () => {
    inject({ ...down, times: 99 });
    const failure = await failureOf(open().put("a", memorySource(someBytes(9)), VIDEO));
    expect(failure).to.include({ name: "StorageError", code: "unavailable", retryable: true });
    expect(String(failure)).to.contain('store "a" in bucket "recordings"');
    expect(bench.fake.requests).to.have.lengthOf(4);
  });

  it("gives up when nobody listens", async () => {
    const store = open({ endpoint: "http://127.0.0.1:9" });
    const failure = await failureOf(store.put("a", memorySource(someBytes(9)), VIDEO));
    expect(failure).to.include({ code: "unavailable" });
  });

  for (const on of ["put", "upload-part", "head", "get"] as const) {
    it(`does not wait for ever for ${on}`, async () => {
      inject({ kind: "hang", on });
      const bytes = on === "upload-part" ? large : someBytes(1000);
      const store = open({ stallTimeoutMs: 1000 });
      await store.put("a", memorySource(bytes), VIDEO);
      await expectOneObject(bytes, store);
      expect(count(on)).to.be.at.least(2);
    });
  }

  it("goes on reading after a broken connection", async () => {
    const bytes = someBytes(900_000);
    await open().put("a", memorySource(bytes), VIDEO);
    inject({ kind: "break", afterBytes: 300_000, on: "get" });
    await expectOneObject(bytes);
    expect(count("get")).to.equal(2);
  });

  it("does not mix the bytes of two objects when one is replaced while it is read", async () => {
    await open().put("a", memorySource(someBytes(900_000)), VIDEO);
    inject({ kind: "break", afterBytes: 300_000, on: "get" });
    const reading = open().get("a")[Symbol.asyncIterator]();
    await reading.next();
    await open().put("a", memorySource(someBytes(900_000)), VIDEO);
    const rest = (async () => {
      while (!(await reading.next()).done);
    })();
    expect(await failureOf(rest)).to.include({ code: "precondition" });
  });
});
