import { rename, writeFile } from "node:fs/promises";
import { partName } from "@meeting-bot/core";
import { expect } from "chai";
import { memorySource } from "../../../storage/test/bytes.ts";
import { useFakeStore } from "../../../storage/test/fake-store.ts";
import { findBegun, NOTHING_BEGUN } from "../../src/recording/begun-parts.ts";
import { toMetadata } from "../../src/recording/part.ts";
import { fakeTake, useWorld } from "./fake-bot.ts";

const CLAIM = { instance: "i1", claimToken: "token" };

describe("what a claim has begun to store", () => {
  const world = useWorld();
  const bucket = useFakeStore();
  const [first, second, third] = [fakeTake(9_000), fakeTake(8_000), fakeTake(7_000)];
  let count: number;

  beforeEach(() => {
    count = 0;
  });

  /** Stores some of a take as the next part. */
  async function put(take: number, bytes: Buffer, startByte: number, endByte: number) {
    count += 1;
    const owner = { instance: "i1", attempt: 1 };
    const part = { take, startByte, endByte, startedAt: 100 * count, untilAt: 100 * count + 50 };
    const options = { owner, contentType: "video/webm", metadata: toMetadata(part, owner) };
    const source = memorySource(bytes.subarray(startByte, endByte), true);
    await bucket.store.put(partName("rec", "token", count), source, options);
  }

  /** Lets the bot begin a new file under the old name. */
  async function record({ bytes }: { bytes: Buffer }): Promise<void> {
    await writeFile(`${world.documented}.new`, bytes);
    await rename(`${world.documented}.new`, world.documented);
    await world.recording.look();
  }

  const find = () => findBegun(bucket.store, "rec", CLAIM, world.recording);

  it("is nothing where nothing is", async () => {
    await record(first);
    expect(await find()).to.deep.equal(NOTHING_BEGUN);
  });

  it("ends in the file that is still there", async () => {
    await put(1, first.bytes, 0, 3_000);
    await put(1, first.bytes, 3_000, 5_000);
    await record(first);
    expect(await find()).to.deep.equal({
      parts: 2,
      bytesStored: 5_000,
      startedAt: 100,
      byte: 5_000,
      firstTake: 1,
      isWhole: true,
    });
  });

  it("ends in the first file, of which there is more, although the bot has begun another", async () => {
    await put(1, first.bytes, 0, 3_000);
    await record(first);
    await record(second);
    expect(await find()).to.include({ byte: 3_000, firstTake: 1, isWhole: true });
  });

  it("ends in the file after it", async () => {
    await put(1, first.bytes, 0, first.bytes.length);
    await put(2, second.bytes, 0, 2_000);
    await record(first);
    await record(second);
    const byte = first.bytes.length + 2_000;
    expect(await find()).to.include({ byte, firstTake: 1, isWhole: true });
  });

  it("is not whole, and another file is begun, where the bot has replaced the one that it is of", async () => {
    await put(1, first.bytes, 0, 3_000);
    await record(second);
    expect(await find()).to.include({
      parts: 1,
      bytesStored: 3_000,
      byte: 0,
      firstTake: 2,
      isWhole: false,
    });
  });

  it("is not whole where an earlier file is nowhere else", async () => {
    await put(1, first.bytes, 0, 3_000);
    await put(2, second.bytes, 0, 2_000);
    await record(second);
    expect(await find()).to.include({ byte: 2_000, firstTake: 2, isWhole: false });
  });

  it("is not whole where a file between two others is nowhere else", async () => {
    await put(1, first.bytes, 0, first.bytes.length);
    await put(2, second.bytes, 0, 2_000);
    await record(first);
    await record(third);
    const byte = first.bytes.length;
    expect(await find()).to.include({ byte, firstTake: 2, isWhole: false });
  });

  it("is found when the file is not there yet", async () => {
    await put(1, first.bytes, 0, 3_000);
    expect(await find()).to.include({ byte: 0, firstTake: 2, isWhole: false });
  });
});
