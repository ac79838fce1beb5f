import { Readable } from "node:stream";
import type { StorageError } from "@meeting-bot/core";
import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import type { PartWriter } from "../../src/recording/part-writer.ts";
import { fakeTake } from "./fake-bot.ts";
import { KIB, LONG, usePartWriters } from "./part-writer-under-test.ts";

describe("the part writer, in trouble", () => {
  const { world, bucket, start, ended, stop, record, parts, untilStored, contents, uploads } =
    usePartWriters();

  it("catches up, in order, with all that was recorded while storage was down", async () => {
    const { bytes } = fakeTake(600_000);
    bucket.fake.inject({ kind: "slow", delayMs: 300 });
    bucket.fake.inject({ kind: "status", status: 503, times: 40 });
    start();
    for (let at = 0; at < bytes.length; at += 50_000) await record(bytes.subarray(at, at + 50_000));
    await world.recording.end();
    await ended();
    expect((await contents()).equals(bytes)).to.equal(true);
  });

  it("makes no second part of an unknown outcome, a broken connection or a damaged object", async () => {
    const { bytes } = fakeTake(300_000);
    bucket.fake.inject({ kind: "commit-then-break", on: "simple-upload", after: 1 });
    bucket.fake.inject({ kind: "break", on: "simple-upload", afterBytes: 1_000, after: 1 });
    bucket.fake.inject({ kind: "corrupt", on: "simple-upload", after: 1 });
    start();
    await record(bytes);
    await world.recording.end();
    await ended();
    expect(await parts()).to.have.lengthOf(Math.ceil(bytes.length / (64 * KIB)));
    expect((await contents()).equals(bytes)).to.equal(true);
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
    await ended();
    const stored = [1, 2, 3].map((count) => [count, undefined]);
    expect(told).to.deep.equal(["forbidden", stored[0], "no-bucket", stored[1], stored[2]]);
    expect(uploads()).to.have.lengthOf(3 + 2 + 3);
    expect((await contents()).equals(bytes)).to.equal(true);
  });

  it("tries at once when it is flushed, and waits no longer than for a refusal", async () => {
    const { bytes } = fakeTake(100_000);
    bucket.fake.inject({ kind: "status", status: 403, on: "simple-upload", times: 2 });
    const writer = start({ backOff: { firstDelayMs: LONG, maxDelayMs: LONG } });
    await record(bytes);
    await until(() => writer.failure !== undefined);
    await writer.flush();
    expect(uploads()).to.have.lengthOf(2);
    expect(writer.failure).to.include({ name: "StorageError", code: "forbidden" });
    await writer.flush();
    expect(writer.failure).to.equal(undefined);
    expect((await contents()).equals(bytes)).to.equal(true);
  });

  it("tries a last time at the recording's end, and leaves it at a refusal then", async () => {
    bucket.fake.inject({ kind: "status", status: 403, on: "simple-upload", times: 99 });
    const writer = start({ backOff: { firstDelayMs: LONG, maxDelayMs: LONG } });
    await record(fakeTake(100_000).bytes);
    await until(() => writer.failure !== undefined);
    await world.recording.end();
    await ended();
    expect(uploads()).to.have.lengthOf(2);
    expect(writer.failure).to.include({ name: "StorageError", code: "forbidden" });
    await writer.flush();
  });

  it("stops with the reason when the recording cannot be read", async () => {
    const read = () => {
      throw new Error("bad disk");
    };
    const changed = () => Promise.resolve();
    const open = () => new Readable({ read });
    const writer = start({ bytes: { length: 100, ended: true, takeStarts: [0], changed, open } });
    await ended();
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
    await stop();
    expect(writer.failure).to.equal(undefined);
  });
});
