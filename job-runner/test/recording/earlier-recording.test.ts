import { readFile, stat } from "node:fs/promises";
import { partName } from "@meeting-bot/core";
import { expect } from "chai";
import { memorySource, someBytes } from "../../../storage/test/bytes.ts";
import { useFakeStore } from "../../../storage/test/fake-store.ts";
import {
  fetchEarlierRecording,
  gapsBetween,
  NOTHING_EARLIER,
  secondsOf,
} from "../../src/recording/earlier-recording.ts";
import { toMetadata } from "../../src/recording/part.ts";
import { chromiumRecording, layoutOf } from "../media/support/recordings.ts";
import { useScratch } from "../media/support/scratch.ts";

const { signal } = new AbortController();

describe("gapsBetween", () => {
  const stretch = (startedAt: number, seconds: number) => {
    return { startedAt, untilAt: startedAt + seconds * 1000, seconds };
  };

  it("lists each pause with its place in the outputs, which have none there", () => {
    const stretches = [stretch(1_000, 10), stretch(20_000, 5), stretch(60_000, 7)];
    expect(gapsBetween(stretches)).to.deep.equal([
      { atSeconds: 10, startedAt: 11_000, endedAt: 20_000 },
      { atSeconds: 15, startedAt: 25_000, endedAt: 60_000 },
    ]);
  });

  it("lists none before the first stretch or after the last", () => {
    expect(gapsBetween([])).to.deep.equal([]);
    expect(gapsBetween([stretch(1_000, 10)])).to.deep.equal([]);
  });

  it("begins with what was recorded and never stored", () => {
    const gap = { atSeconds: 0, startedAt: 10_000, endedAt: 60_000 };
    expect(gapsBetween([stretch(60_000, 10)], 10_000)).to.deep.equal([gap]);
    // The store has heard of it a little later or earlier than the manager has seen it.
    expect(gapsBetween([stretch(60_000, 10)], 58_500)).to.deep.equal([]);
    expect(gapsBetween([stretch(60_000, 10)], 61_000)).to.deep.equal([]);
  });
});

describe("secondsOf", () => {
  const stream = { startByte: 0, endByte: 1, tracks: [], truncated: false };

  it("adds up the streams, each from its first time stamp to its last", () => {
    const streams = [
      { ...stream, firstMs: 500, lastMs: 2_000 },
      { ...stream, firstMs: 0, lastMs: 750 },
    ];
    expect(secondsOf({ bytes: 2, streams })).to.equal(2.25);
  });

  it("is 0 for what holds nothing", () => {
    expect(secondsOf({ bytes: 0, streams: [] })).to.equal(0);
    expect(secondsOf({ bytes: 1, streams: [stream] })).to.equal(0);
  });
});

describe("fetchEarlierRecording", () => {
  const scratch = useScratch();
  const bucket = useFakeStore();

  const fetch = (aborted = signal) =>
    fetchEarlierRecording({
      store: bucket.store,
      instance: { id: "i1" },
      path: "rec",
      claimToken: "own",
      folder: scratch.path("earlier"),
      signal: aborted,
    });

  /** Stores the part of that number, which lies at `startByte` and was recorded in the attempt's time. */
  async function put(
    attempt: number,
    sequence: number,
    startByte: number,
    bytes: Buffer,
    token = `claim-${attempt}`,
  ) {
    const owner = { instance: "i1", attempt };
    const startedAt = attempt * 100_000 + sequence * 1_000;
    const endByte = startByte + bytes.length;
    const part = { take: 1, startByte, endByte, startedAt, untilAt: startedAt + 500 };
    const options = { owner, contentType: "video/webm", metadata: toMetadata(part, owner) };
    await bucket.store.put(partName("rec", token, sequence), memorySource(bytes, true), options);
  }

  it("finds nothing where nothing is, and makes no folder", async () => {
    await put(2, 1, 0, someBytes(10), "own");
    expect(await fetch()).to.deep.equal(NOTHING_EARLIER);
    expect(await stat(scratch.path("earlier")).catch(({ code }) => code)).to.equal("ENOENT");
  });

  it("makes one measured file of each attempt's parts, the earliest first", async () => {
    const recording = (await readFile(chromiumRecording("h264"))).subarray(0, 200_000);
    await put(2, 1, 0, recording.subarray(0, 150_000));
    await put(1, 1, 0, recording.subarray(0, 70_000));
    await put(1, 2, 70_000, recording.subarray(70_000));

    const { files, stretches, hasHoles } = await fetch();

    expect(hasHoles).to.equal(false);
    const contents = await Promise.all(files.map(({ path }) => readFile(path)));
    expect(
      contents.map((content, index) =>
        content.equals(recording.subarray(0, [200_000, 150_000][index])),
      ),
    ).to.deep.equal([true, true]);
    for (const { path, layout } of files) expect(layout).to.deep.equal(await layoutOf(path));
    const seconds = files.map(({ layout }) => secondsOf(layout));
    expect(seconds[0]).to.be.above(seconds[1] ?? 0);
    expect(stretches).to.deep.equal([
      { startedAt: 101_000, untilAt: 102_500, seconds: seconds[0] },
      { startedAt: 201_000, untilAt: 201_500, seconds: seconds[1] },
    ]);
  });

  it("knows that some is missing when a part is, or bytes between two", async () => {
    await put(1, 1, 0, someBytes(100));
    await put(1, 3, 200, someBytes(100));
    expect(await fetch()).to.include({ hasHoles: true });
  });

  it("knows that some is missing when bytes were lost before they were stored", async () => {
    await put(1, 1, 0, someBytes(100));
    await put(1, 2, 150, someBytes(100));
    expect(await fetch()).to.include({ hasHoles: true });
  });

  it("rejects when it is told to stop", async () => {
    await put(1, 1, 0, someBytes(100));
    const aborted = AbortSignal.abort(new Error("fenced off"));
    expect(await fetch(aborted).catch(({ name }) => name)).to.equal("AbortError");
  });

  it("rejects with the store's words when the parts cannot be read", async () => {
    await put(1, 1, 0, someBytes(100));
    bucket.fake.inject({ kind: "status", status: 403, on: "download", times: 9 });
    expect(await fetch().catch(({ name }) => name)).to.equal("StorageError");
  });
});
