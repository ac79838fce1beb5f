import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { LiveFeed } from "../../src/media/live-feed.ts";
import { GrowingFile } from "./support/growing-file.ts";
import { useScratch } from "./support/scratch.ts";
import { cluster, simpleBlock, streamHead } from "./support/webm-builder.ts";

const first = Buffer.concat([streamHead(), cluster(0, simpleBlock(1, 0, 300), simpleBlock(2, 9))]);
const second = Buffer.concat([streamHead("matroska"), cluster(0, simpleBlock(1, 0, 200))]);

describe("the feed of one stream", () => {
  const scratch = useScratch();

  async function growing(...parts: Buffer[]): Promise<GrowingFile> {
    const file = await GrowingFile.create(scratch.path("growing.webm"));
    for (const part of parts) await file.append(part);
    return file;
  }

  it("ends where the next stream begins, wherever the bytes were cut", async () => {
    for (let cut = first.length - 5; cut < first.length + 40; cut++) {
      const both = Buffer.concat([first, second]);
      const file = await growing(both.subarray(0, cut));
      const fed = buffer(new LiveFeed(file, 0));
      await file.append(both.subarray(cut));
      expect((await fed).equals(first), `cut at ${cut}`).to.equal(true);
    }
  });

  it("begins with a later stream and ends with the recording", async () => {
    const file = await growing(first, second);
    const fed = buffer(new LiveFeed(file, first.length));
    file.end();
    expect((await fed).equals(second)).to.equal(true);
  });

  it("passes bytes on as they come", async () => {
    const file = await growing();
    const feed = new LiveFeed(file, 0);
    await file.append(first);
    const [bytes] = await once(feed, "data");
    expect(bytes.length).to.be.within(1, first.length);
    expect(first.subarray(0, bytes.length).equals(bytes)).to.equal(true);
    feed.destroy();
  });

  it("reads no further than it is read", async () => {
    const file = await growing(streamHead(), cluster(0, simpleBlock(1, 0, 4_000_000)));
    const feed = new LiveFeed(file, 0);
    await once(feed, "readable");
    expect(feed.readableLength).to.be.below(300_000);
    feed.destroy();
  });

  it("lets go of the recording when it is destroyed", async () => {
    const file = await growing(first);
    const source = file.open(0);
    file.open = () => source;
    const feed = new LiveFeed(file, 0).resume();
    await once(feed, "data");
    feed.destroy();
    await once(feed, "close");
    expect(source.destroyed).to.equal(true);
  });

  it("does not take what is cut off for the end", async () => {
    const file = await growing(first);
    const source = file.open(0);
    file.open = () => source;
    const feed = new LiveFeed(file, 0).resume();
    await once(feed, "data");
    source.destroy();
    await once(feed, "close");
    expect(feed.readableEnded).to.equal(false);
  });

  it("fails as the recording fails", async () => {
    const file = await growing(first);
    const source = file.open(0);
    file.open = () => source;
    const feed = new LiveFeed(file, 0).resume();
    const failed = once(feed, "error");
    source.destroy(new Error("the bytes are lost"));
    expect((await failed)[0].message).to.equal("the bytes are lost");
  });
});
