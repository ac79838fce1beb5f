import { appendFile, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { StorageError, StoredObject } from "@meeting-bot/core";
import { expect } from "chai";
import { collect, memorySource, someBytes } from "../../../storage/test/bytes.ts";
import { useFakeStore } from "../../../storage/test/fake-store.ts";
import { until } from "../../../test/eventually.ts";
import { systemClock } from "../../src/bot/clock.ts";
import { toMetadata } from "../../src/recording/part.ts";
import {
  type PartsStored,
  PartWriter,
  type PartWriterOptions,
} from "../../src/recording/part-writer.ts";
import { findBegun, findStoredAttempts } from "../../src/recording/stored-parts.ts";
import { fakeTake, useWorld } from "./fake-bot.ts";

const KIB = 1024;
const LONG = 3_600_000;
const PREFIX = "rec/one/raw/token/";

describe("the part writer", () => {
  const world = useWorld();
  const bucket = useFakeStore();
  let controller: AbortController;
  let running: Promise<void>[];

  beforeEach(() => {
    controller = new AbortController();
    running = [];
  });
  afterEach(async () => {
    controller.abort();
    await Promise.all(running);
  });

  function start(options: Partial<PartWriterOptions> = {}): PartWriter {
    const writer = new PartWriter({
      bytes: world.recording,
      store: bucket.store,
      path: "rec/one",
      claimToken: "token",
      owner: { instance: "i1", attempt: 2 },
      clock: systemClock,
      signal: controller.signal,
      limits: { bytes: 64 * KIB, ageMs: LONG },
      backOff: { firstDelayMs: 5, maxDelayMs: 10 },
      ...options,
    });
    running.push(writer.run());
    return writer;
  }

  const parts = () => collect(bucket.store.list(PREFIX));
  const uploads = () => bucket.fake.requests.filter((made) => made.endsWith("upload")).length;
  const contentsOf = async (objects: readonly StoredObject[]) =>
    Buffer.concat(await Promise.all(objects.map(({ name }) => buffer(bucket.store.get(name)))));

  async function record(bytes: Buffer): Promise<void> {
    await appendFile(world.documented, bytes);
    await world.recording.look();
  }

  it("stores the recording in parts of the size wanted, and the rest at its end", async () => {
    const { bytes } = fakeTake(150_000);
    const stored: number[] = [];
    start({ onStored: ({ bytesStored }) => stored.push(bytesStored) });
    await record(bytes);
    await world.recording.end();
    await Promise.all(running);
    const sizes = [64 * KIB, 64 * KIB, bytes.length - 128 * KIB];
    const objects = await parts();
    expect(objects.map(({ name, bytes: size }) => [name, size])).to.deep.equal(
      sizes.map((size, i) => [`${PREFIX}00000${i + 1}.part`, size]),
    );
    expect((await contentsOf(objects)).equals(bytes)).to.equal(true);
    expect(stored).to.deep.equal([64 * KIB, 128 * KIB, bytes.length]);
  });

  it("says on each part what it is, in one request", async () => {
    start({ limits: { bytes: 64 * KIB, ageMs: 20 } });
    await record(fakeTake(100).bytes);
    const [part] = await untilStored(1);
    expect(part).to.include({ contentType: "video/webm" });
    expect(part?.metadata).to.include({ instance: "i1", attempt: "2", "start-byte": "0" });
    const age = Number(part?.metadata["until-at"]) - Number(part?.metadata["started-at"]);
    expect(age).to.be.within(20, 5_000);
    expect(bucket.fake.requests.filter((made) => made.endsWith("upload"))).to.deep.equal([
      "simple-upload",
    ]);
  });

  it("stores at once what there is when it is told to", async () => {
    const { bytes } = fakeTake(100);
    const writer = start();
    await writer.flush();
    await record(bytes.subarray(0, 90));
    await writer.flush();
    await record(bytes.subarray(90));
    await writer.flush();
    expect((await parts()).map((part) => part.metadata["start-byte"])).to.deep.equal(["0", "90"]);
    expect((await contentsOf(await parts())).equals(bytes)).to.equal(true);
  });

  it("catches up, in order, with all that was recorded while storage was down", async () => {
    const { bytes } = fakeTake(600_000);
    bucket.fake.inject({ kind: "slow", delayMs: 300 });
    bucket.fake.inject({ kind: "status", status: 503, times: 40 });
    start();
    for (let at = 0; at < bytes.length; at += 50_000) await record(bytes.subarray(at, at + 50_000));
    await world.recording.end();
    await Promise.all(running);
    expect((await contentsOf(await parts())).equals(bytes)).to.equal(true);
  });

  it("makes no second part of an unknown outcome, a broken connection or a damaged object", async () => {
    const { bytes } = fakeTake(300_000);
    bucket.fake.inject({ kind: "commit-then-break", on: "simple-upload", after: 1 });
    bucket.fake.inject({ kind: "break", on: "simple-upload", afterBytes: 1_000, after: 1 });
    bucket.fake.inject({ kind: "corrupt", on: "simple-upload", after: 1 });
    start();
    await record(bytes);
    await world.recording.end();
    await Promise.all(running);
    expect(await parts()).to.have.lengthOf(Math.ceil(bytes.length / (64 * KIB)));
    expect((await contentsOf(await parts())).equals(bytes)).to.equal(true);
  });

  it("tries at once when it is flushed, however long it would still have waited", async () => {
    bucket.fake.inject({ kind: "status", status: 503, times: 2, on: "simple-upload" });
    const writer = start({ backOff: { firstDelayMs: LONG, maxDelayMs: LONG } });
    await record(fakeTake(100_000).bytes);
    await until(() => bucket.fake.requests.length >= 4);
    await writer.flush();
    expect((await parts()).length).to.equal(2);
  });

  it("tries on while storage refuses, and tells it once until storage takes parts again", async () => {
    const { bytes } = fakeTake(150_000);
    bucket.fake.inject({ kind: "status", status: 403, on: "simple-upload", times: 3 });
    bucket.fake.inject({ kind: "status", status: 404, on: "simple-upload", after: 1, times: 2 });
    const told: unknown[] = [];
    const writer: PartWriter = start({
      backOff: { firstDelayMs: LONG, maxDelayMs: 10 },
      onRefused: (error) => told.push((error as StorageError).code),
      onStored: ({ parts }) => told.push([parts, writer.failure]),
    });
    await record(bytes);
    await untilStored(2);
    await world.recording.end();
    await Promise.all(running);
    const stored = [1, 2, 3].map((count) => [count, undefined]);
    expect(told).to.deep.equal(["forbidden", stored[0], "no-bucket", stored[1], stored[2]]);
    expect(uploads()).to.equal(3 + 2 + 3);
    expect((await contentsOf(await parts())).equals(bytes)).to.equal(true);
  });

  it("tries at once when it is flushed, and waits no longer than for a refusal", async () => {
    const { bytes } = fakeTake(100_000);
    bucket.fake.inject({ kind: "status", status: 403, on: "simple-upload", times: 2 });
    const writer = start({ backOff: { firstDelayMs: LONG, maxDelayMs: LONG } });
    await record(bytes);
    await until(() => writer.failure !== undefined);
    await writer.flush();
    expect(uploads()).to.equal(2);
    expect(writer.failure).to.include({ name: "StorageError", code: "forbidden" });
    await writer.flush();
    expect(writer.failure).to.equal(undefined);
    expect((await contentsOf(await parts())).equals(bytes)).to.equal(true);
  });

  it("tries a last time at the recording's end, and leaves it at a refusal then", async () => {
    bucket.fake.inject({ kind: "status", status: 403, on: "simple-upload", times: 99 });
    const writer = start({ backOff: { firstDelayMs: LONG, maxDelayMs: LONG } });
    await record(fakeTake(100_000).bytes);
    await until(() => writer.failure !== undefined);
    await world.recording.end();
    await Promise.all(running);
    expect(uploads()).to.equal(2);
    expect(writer.failure).to.include({ name: "StorageError", code: "forbidden" });
    await writer.flush();
  });

  it("stops with the reason when the recording cannot be read", async () => {
    const read = () => {
      throw new Error("bad disk");
    };
    const changed = () => Promise.resolve();
    const open = () => new Readable({ read });
    const writer = start({ bytes: { length: 100, ended: true, changed, open } });
    await Promise.all(running);
    expect(writer.failure).to.include({ name: "SourceError" });
    expect(bucket.fake.objects()).to.deep.equal([]);
  });

  it("stops when it is told to, also in the middle of a part", async () => {
    bucket.fake.inject({ kind: "hang", on: "simple-upload" });
    const writer = start();
    await record(fakeTake(100_000).bytes);
    await until(() => bucket.fake.requests.length > 0);
    const flushed = writer.flush(AbortSignal.timeout(20)).catch((error: unknown) => error);
    expect(await flushed).to.include({ name: "TimeoutError" });
    controller.abort();
    await Promise.all(running);
    expect(writer.failure).to.equal(undefined);
  });

  it("goes round the bytes that the bot has destroyed, and counts them", async () => {
    const [first, second] = [fakeTake(17 * KIB * KIB), fakeTake(1_000)];
    await record(first.bytes);
    await writeFile(world.documented, second.bytes);
    await world.recording.end();
    const writer = start({ limits: { bytes: 4 * KIB * KIB, ageMs: LONG } });
    await Promise.all(running);
    expect(writer.failure).to.equal(undefined);
    const lost = first.bytes.length - 16 * KIB * KIB - 128 * KIB;
    expect(writer.lostBytes).to.equal(lost);
    const contents = await contentsOf(await parts());
    const kept = [first.bytes.subarray(0, 128 * KIB), first.bytes.subarray(128 * KIB + lost)];
    expect(contents.equals(Buffer.concat([...kept, second.bytes]))).to.equal(true);
    const [attempt] = await findStoredAttempts(bucket.store, "rec/one", { instance: "i1" });
    expect(attempt).to.include({ lostBytes: lost });
  }).timeout(20_000);

  it("goes on after the parts that a manager before it has stored of the same recording", async () => {
    const { bytes } = fakeTake(300_000);
    const first = start();
    await record(bytes.subarray(0, 200_000));
    await first.flush();
    controller.abort();
    await Promise.all(running);
    controller = new AbortController();
    await record(bytes.subarray(200_000));
    const claim = { instance: "i1", claimToken: "token" };
    const begun = await findBegun(bucket.store, "rec/one", claim, world.recording);
    expect(begun).to.deep.equal({ parts: 4, byte: 200_000 });
    const stored: PartsStored[] = [];
    start({ begun, onStored: (now) => stored.push(now) });
    await world.recording.end();
    await Promise.all(running);
    expect(stored).to.deep.equal([
      { parts: 5, bytesStored: 200_000 + 64 * KIB },
      { parts: 6, bytesStored: bytes.length },
    ]);
    expect((await contentsOf(await parts())).equals(bytes)).to.equal(true);
  });

  it("begins another recording at its start, after the parts that are there", async () => {
    const owner = { instance: "i1", attempt: 2 };
    const part = { startByte: 100, endByte: 200, startedAt: 1, untilAt: 2 };
    const metadata = toMetadata(part, owner);
    const options = { owner, contentType: "video/webm", metadata };
    await bucket.store.put(`${PREFIX}000007.part`, memorySource(someBytes(100), true), options);
    await record(fakeTake(1_000).bytes);
    const claim = { instance: "i1", claimToken: "token" };
    const begun = await findBegun(bucket.store, "rec/one", claim, world.recording);
    expect(begun).to.deep.equal({ parts: 7, byte: 0 });
  });

  async function untilStored(count: number): Promise<StoredObject[]> {
    await until(() => bucket.fake.objects().length >= count);
    return parts();
  }
});
