import { appendFile, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { ContinuedBytes, type MeasuredFile } from "../../src/recording/continued-bytes.ts";
import { layoutOf } from "../media/support/recordings.ts";
import { useScratch } from "../media/support/scratch.ts";
import { fakeTake, useWorld } from "./fake-bot.ts";

describe("saved files with a recording that grows behind them", () => {
  const scratch = useScratch();
  const world = useWorld();
  const first = fakeTake(100_000).bytes;
  const second = fakeTake(70_000).bytes;
  const grown = fakeTake(150_000).bytes;
  const all = Buffer.concat([first, second, grown]);
  let files: MeasuredFile[];
  let bytes: ContinuedBytes;

  beforeEach(async () => {
    files = await Promise.all(
      [first, second].map(async (content, index) => {
        const path = scratch.path(`${index}.webm`);
        await writeFile(path, content);
        return { path, layout: await layoutOf(path) };
      }),
    );
    bytes = new ContinuedBytes(files, world.recording);
  });

  /** Lets the bot write the last of it and end. */
  async function finish(): Promise<void> {
    await appendFile(world.documented, grown);
    await world.recording.end();
  }

  it("are one recording as long as all of them, which ends when the last one does", async () => {
    expect(bytes.length).to.equal(first.length + second.length);
    expect(bytes.ended).to.equal(false);
    await finish();
    expect(bytes.length).to.equal(all.length);
    expect(bytes.ended).to.equal(true);
  });

  it("give any range of their bytes, across their borders", async () => {
    await finish();
    const border = first.length;
    const last = first.length + second.length;
    for (const [start, end] of [
      [0, all.length],
      [0, border],
      [10, 11],
      [border, last],
      [border - 1, border + 1],
      [border - 1, last + 1],
      [last, last + 5],
      [last + 5, all.length],
    ] as const) {
      const read = await buffer(bytes.open(start, end));
      expect(read.equals(all.subarray(start, end)), `${start} to ${end}`).to.equal(true);
    }
    expect((await buffer(bytes.open(0))).equals(all)).to.equal(true);
  });

  it("give bytes that come while they are read", async () => {
    const read = buffer(bytes.open(1));
    await finish();
    expect((await read).equals(all.subarray(1))).to.equal(true);
  });

  it("tell each stream at its place in all of them", async () => {
    await finish();
    const { bytes: total, streams } = bytes.layout();
    expect(total).to.equal(all.length);
    expect(streams.map(({ startByte, endByte }) => [startByte, endByte])).to.deep.equal([
      [0, first.length],
      [first.length, first.length + second.length],
      [first.length + second.length, all.length],
    ]);
  });

  it("resolve at once for what is saved, and wait for what is not", async () => {
    await bytes.changed(first.length);
    const changed = bytes.changed(bytes.length);
    await finish();
    await changed;
    expect(bytes.length).to.equal(all.length);
  });

  it("reject a wait that is given up", async () => {
    const abort = new AbortController();
    const waiting = bytes.changed(bytes.length, abort.signal).catch((error: unknown) => error);
    const reason = new Error("given up");
    abort.abort(reason);
    expect(await waiting).to.equal(reason);
  });

  it("are the growing recording alone where nothing was saved", async () => {
    const alone = new ContinuedBytes([], world.recording);
    await finish();
    expect((await buffer(alone.open(0))).equals(grown)).to.equal(true);
    expect(alone.layout()).to.deep.equal(world.recording.layout());
  });
});
