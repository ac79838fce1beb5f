import type { PutOptions } from "@meeting-bot/core";
import { expect } from "chai";
import { type StorageFake, startStorageFake } from "../../sandbox/src/storage-fake/index.ts";
import { GcsRecordingStore, type GcsSettings } from "../src/gcs-recording-store.ts";
import { collect, failureOf, memorySource, readAll, someBytes } from "./bytes.ts";

const KIB = 1024;
const CHUNK = 256 * KIB;
const VIDEO: PutOptions = { owner: { instance: "i1", attempt: 1 }, contentType: "video/mp4" };

describe("GcsRecordingStore, when storage misbehaves", () => {
  let fake: StorageFake;
  beforeEach(async () => {
    fake = await startStorageFake();
  });
  afterEach(() => fake.stop());

  const open = (settings: Partial<GcsSettings> = {}) =>
    new GcsRecordingStore({
      bucket: "recordings",
      apiEndpoint: fake.url,
      chunkBytes: CHUNK,
      retry: { tries: 4, firstDelayMs: 1, maxDelayMs: 2 },
      ...settings,
    });
  const count = (operation: string) => fake.requests.filter((made) => made === operation).length;

  async function expectOneObject(bytes: Buffer, store = open()): Promise<void> {
    expect(fake.objects().map(({ name }) => name)).to.deep.equal(["a"]);
    expect((await readAll(store.get("a"))).equals(bytes)).to.equal(true);
  }

  for (const on of ["start-upload", "upload", "simple-upload"] as const) {
    it(`stores although ${on} is answered 503 twice`, async () => {
      fake.inject({ kind: "status", status: 503, on, times: 2 });
      const bytes = someBytes(600 * KIB);
      await open().put("a", memorySource(bytes, on === "simple-upload"), VIDEO);
      expect(count(on)).to.be.at.least(3);
      await expectOneObject(bytes);
    });
  }

  it("reads, lists, describes and removes although each is answered 429 or 500 once", async () => {
    const bytes = someBytes(10 * KIB);
    await open().put("a", memorySource(bytes), VIDEO);
    fake.inject({ kind: "status", status: 429, on: "describe" });
    fake.inject({ kind: "status", status: 500, on: "download" });
    fake.inject({ kind: "status", status: 403, reason: "rateLimitExceeded", on: "list" });
    fake.inject({ kind: "status", status: 503, on: "remove" });
    await expectOneObject(bytes);
    expect(await collect(open().list(""))).to.have.lengthOf(1);
    await open().remove("a");
    expect(fake.objects()).to.deep.equal([]);
  });

  for (const chunkBytes of [CHUNK, 0]) {
    it(`goes on where it was after a broken connection, ${chunkBytes ? "in" : "without"} chunks`, async () => {
      fake.inject({
        kind: "break",
        afterBytes: chunkBytes ? 100 * KIB : 700 * KIB,
        on: "upload",
        after: chunkBytes ? 2 : 0,
      });
      const bytes = someBytes(1000 * KIB);
      await open({ chunkBytes }).put("a", memorySource(bytes), VIDEO);
      expect(count("start-upload")).to.equal(1);
      expect(count("upload-status")).to.equal(1);
      await expectOneObject(bytes);
    });

    it(`makes no second object of an unknown outcome, ${chunkBytes ? "in" : "without"} chunks`, async () => {
      const after = chunkBytes ? 3 : 0;
      fake.inject({ kind: "commit-then-break", on: "upload", after });
      const bytes = someBytes(1000 * KIB);
      const stored = await open({ chunkBytes }).put("a", memorySource(bytes), VIDEO);
      expect(count("upload")).to.equal(after + 1);
      expect(stored.generation).to.equal(String(fake.objects()[0]?.generation));
      await expectOneObject(bytes);
    });
  }

  it("makes no second object of a one-request upload with an unknown outcome", async () => {
    fake.inject({ kind: "commit-then-break", on: "simple-upload" });
    const bytes = someBytes(100 * KIB);
    const stored = await open().put("a", memorySource(bytes, true), VIDEO);
    expect(count("simple-upload")).to.equal(1);
    expect(stored.generation).to.equal(String(fake.objects()[0]?.generation));
    await expectOneObject(bytes);
  });

  it("finds what an unknown outcome left, also when it cannot look at once", async () => {
    fake.inject({ kind: "commit-then-break", on: "upload", after: 3 });
    fake.inject({ kind: "status", status: 503, on: "describe", times: 2 });
    const bytes = someBytes(1000 * KIB);
    await open().put("a", memorySource(bytes), VIDEO);
    await expectOneObject(bytes);
  });

  it("sends a damaged object again", async () => {
    fake.inject({ kind: "corrupt", on: "upload", after: 3 });
    const bytes = someBytes(1000 * KIB);
    await open().put("a", memorySource(bytes), VIDEO);
    expect(count("start-upload")).to.equal(2);
    await expectOneObject(bytes);
  });

  it("leaves no damaged object behind when it is damaged every time", async () => {
    fake.inject({ kind: "corrupt", on: "simple-upload", times: 99 });
    const failure = await failureOf(open().put("a", memorySource(someBytes(100), true), VIDEO));
    expect(failure).to.include({ code: "corrupt", retryable: true });
    expect(fake.objects()).to.deep.equal([]);
  });

  it("starts a new session when the old one has expired", async () => {
    fake.inject({ kind: "break", afterBytes: 0, on: "upload", after: 1 });
    fake.inject({ kind: "status", status: 410, on: "upload-status" });
    const bytes = someBytes(1000 * KIB);
    await open().put("a", memorySource(bytes), VIDEO);
    expect(count("start-upload")).to.equal(2);
    await expectOneObject(bytes);
  });

  it("survives a failed status query", async () => {
    fake.inject({ kind: "break", afterBytes: 0, on: "upload", after: 1 });
    fake.inject({ kind: "status", status: 503, on: "upload-status", times: 2 });
    const bytes = someBytes(1000 * KIB);
    await open().put("a", memorySource(bytes), VIDEO);
    await expectOneObject(bytes);
  });

  it("survives more faults than tries while it makes progress", async () => {
    for (let after = 1; after < 12; after += 2) {
      fake.inject({ kind: "status", status: 503, on: "upload", after });
    }
    const bytes = someBytes(8 * CHUNK);
    const retry = { tries: 2, firstDelayMs: 1, maxDelayMs: 1 };
    await open({ retry }).put("a", memorySource(bytes), VIDEO);
    expect(count("upload")).to.equal(12);
    expect(count("start-upload")).to.equal(1);
    await expectOneObject(bytes);
  });

  it("gives up in words when storage stays down", async () => {
    fake.inject({ kind: "status", status: 503, times: 99 });
    const failure = await failureOf(open().put("a", memorySource(someBytes(9)), VIDEO));
    expect(failure).to.include({ name: "StorageError", code: "unavailable", retryable: true });
    expect(String(failure)).to.contain('store "a" in bucket "recordings"');
    expect(count("start-upload")).to.equal(4);
    expect(fake.requests).to.have.lengthOf.at.most(8);
  });

  it("gives up when nobody listens", async () => {
    const store = open({ apiEndpoint: "http://127.0.0.1:9" });
    const failure = await failureOf(store.put("a", memorySource(someBytes(9)), VIDEO));
    expect(failure).to.include({ code: "unavailable" });
  });

  for (const on of ["simple-upload", "upload", "describe", "download"] as const) {
    it(`does not wait for ever for ${on}`, async () => {
      fake.inject({ kind: "hang", on });
      const bytes = someBytes(600 * KIB);
      const store = open({ stallTimeoutMs: 150 });
      await store.put("a", memorySource(bytes, on === "simple-upload"), VIDEO);
      await expectOneObject(bytes, store);
      expect(count(on)).to.be.at.least(2);
    });
  }

  it("says which role is missing on which bucket for which account, and does not repeat the request", async () => {
    const message =
      "bot@demo.iam.gserviceaccount.com does not have storage.objects.create access to the Google Cloud Storage object.";
    fake.inject({ kind: "status", status: 403, reason: "forbidden", message, times: 9 });
    const failure = await failureOf(open().put("a", memorySource(someBytes(9)), VIDEO));
    expect(failure).to.include({ code: "forbidden", retryable: false });
    expect(String(failure)).to.match(
      /bot@demo.iam.gserviceaccount.com may not do storage.objects.create in bucket "recordings".*roles\/storage.objectUser/,
    );
    expect(fake.requests).to.have.lengthOf(1);
  });

  it("says which bucket is missing and how to create it", async () => {
    const store = open({ bucket: "recordngs" });
    for (const known of [true, false]) {
      const failure = await failureOf(store.put("a", memorySource(someBytes(9), known), VIDEO));
      expect(failure).to.include({ code: "no-bucket", retryable: false });
      expect(String(failure)).to.contain("gcloud storage buckets create gs://recordngs");
    }
    expect(await failureOf(store.stat("a"))).to.include({ code: "no-bucket" });
    expect(await failureOf(collect(store.list("a")))).to.include({ code: "no-bucket" });
    expect(await failureOf(readAll(store.get("a")))).to.include({ code: "no-bucket" });
  });

  it("creates anew what vanished between the refusal and the look", async () => {
    fake.inject({ kind: "status", status: 412, on: "start-upload" });
    const bytes = someBytes(9);
    await open().put("a", memorySource(bytes), VIDEO);
    await expectOneObject(bytes);
  });

  it("stops in mid-upload when it is told to", async () => {
    const controller = new AbortController();
    fake.inject({ kind: "hang", on: "upload", after: 1 });
    const options = { ...VIDEO, signal: controller.signal };
    const put = failureOf(open().put("a", memorySource(someBytes(1000 * KIB)), options));
    controller.abort(new Error("fenced off"));
    expect(String(await put)).to.contain("fenced off");
    expect(fake.objects()).to.deep.equal([]);
  });

  it("goes on reading after a broken connection", async () => {
    const bytes = someBytes(900 * KIB);
    await open().put("a", memorySource(bytes), VIDEO);
    fake.inject({ kind: "break", afterBytes: 300 * KIB, on: "download" });
    await expectOneObject(bytes);
    expect(count("download")).to.equal(2);
  });
});
