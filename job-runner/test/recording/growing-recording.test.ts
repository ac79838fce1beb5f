import { appendFile, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { FakeClock } from "../bot/fake-clock.ts";
import { expectBytes, expectFiles, startBytes } from "./expectations.ts";
import { fakeTake, useWorld } from "./fake-bot.ts";

const MIB = 1024 * 1024;

describe("a growing recording", () => {
  const world = useWorld();

  it("has nothing while there is no file, and waits", async () => {
    expect(await world.recording.look()).to.equal(undefined);
    expect(world.recording).to.include({ length: 0, ended: false });
    expect(world.recording.layout()).to.deep.equal({ bytes: 0, streams: [] });
    expect(await world.recording.files()).to.deep.equal([]);
  });

  it("gives whoever reads from the start a file that appears late and grows", async () => {
    const { bytes } = fakeTake();
    const all = buffer(world.recording.open(0));
    await world.recording.look();
    for (let at = 0; at < bytes.length; at += 30_000) {
      await appendFile(world.documented, bytes.subarray(at, at + 30_000));
      await world.recording.look();
    }
    await world.recording.end();
    expect((await all).equals(bytes)).to.equal(true);
  });

  it("gives a part of it, as soon as that is there", async () => {
    const { bytes } = fakeTake();
    const part = buffer(world.recording.open(100, 60_000));
    await writeFile(world.documented, bytes.subarray(0, 61_000));
    await world.recording.look();
    expect((await part).equals(bytes.subarray(100, 60_000))).to.equal(true);
  });

  it("reads what was written between the last look and the end", async () => {
    const { bytes } = fakeTake();
    await writeFile(world.documented, bytes.subarray(0, 1_000));
    await world.recording.look();
    await appendFile(world.documented, bytes.subarray(1_000));
    await expectBytes(world.recording, bytes);
    expect(world.recording.ended).to.equal(true);
  });

  it("goes on with a file that is renamed", async () => {
    const { bytes } = fakeTake();
    await writeFile(world.growing, bytes.subarray(0, 70_000));
    await world.recording.look();
    await rename(world.growing, world.documented);
    await appendFile(world.documented, bytes.subarray(70_000));
    expect(await world.recording.look()).to.include({ path: world.documented });
    await expectBytes(world.recording, bytes);
    expect(await world.recording.files()).to.deep.equal([world.documented]);
  });

  it("does not count a late copy, half, whole, or when the original has gone", async () => {
    const { bytes } = fakeTake(400_000);
    await writeFile(world.growing, bytes);
    const before = await world.recording.look();
    await writeFile(world.documented, bytes.subarray(0, 300_000));
    expect(await world.recording.look()).to.deep.equal(before);
    await rm(world.growing);
    await world.recording.look();
    const all = await buffer(world.recording.open(0, bytes.length));
    expect(all.equals(bytes)).to.equal(true);
    await appendFile(world.documented, bytes.subarray(300_000));
    await world.recording.look();
    await expectBytes(world.recording, bytes);
    expect(await world.recording.files()).to.deep.equal([world.documented]);
  });

  it("knows the streams of every byte that it counts", async () => {
    const [first, second] = [fakeTake(5_000), fakeTake(5_000)];
    const file = Buffer.concat([first.bytes, second.bytes]);
    const starts: number[][] = [];
    for (const end of [first.bytes.length - 2, first.bytes.length + 3, first.bytes.length + 200]) {
      await writeFile(world.documented, file.subarray(0, end));
      await world.recording.look();
      starts.push([world.recording.length, ...startBytes(world.recording)]);
    }
    expect(starts).to.deep.equal([
      [first.bytes.length - 2, 0],
      [first.bytes.length, 0],
      [first.bytes.length + 200, 0, first.bytes.length],
    ]);
    await expectFiles(world.recording, file.subarray(0, first.bytes.length + 200));
  });

  it("tells what the monitor wants to know", async () => {
    const { bytes } = fakeTake();
    const clock = new FakeClock();
    const recording = world.follow({ clock });
    await clock.sleep(1_000);
    await writeFile(world.documented, bytes.subarray(0, 1_000));
    const first = { path: world.documented, bytes: 1_000, firstSeenAt: 1_000, grewAt: 1_000 };
    expect(await recording.look()).to.deep.equal(first);
    await clock.sleep(1_000);
    expect(await recording.look()).to.deep.equal(first);
    await appendFile(world.documented, bytes.subarray(1_000, 1_500));
    expect(await recording.look()).to.deep.equal({ ...first, bytes: 1_500, grewAt: 2_000 });
  });

  it("follows by itself until it is told to stop, at any speed of the bot", async () => {
    const { bytes } = fakeTake(2 * MIB);
    const controller = new AbortController();
    const recording = world.follow({ intervalMs: 1, signal: controller.signal });
    const following = recording.follow();
    const all = buffer(recording.open(0, bytes.length));
    for (let at = 0; at < bytes.length; at += 17_001) {
      await appendFile(world.growing, bytes.subarray(at, at + 17_001));
      if (at === 17_001 * 40) await rename(world.growing, join(world.growing, "..", "x"));
      if (at === 17_001 * 40) await rename(join(world.growing, "..", "x"), world.growing);
    }
    expect((await all).equals(bytes)).to.equal(true);
    controller.abort();
    await following;
  });

  it("tells of changes, and why one no longer waits for them", async () => {
    const grown = world.recording.changed(0);
    await writeFile(world.documented, fakeTake().bytes);
    await world.recording.look();
    await grown;
    const waiting = world.recording.changed(10 * MIB, AbortSignal.abort(new Error("fenced off")));
    expect(String(await waiting.catch((error: unknown) => error))).to.contain("fenced off");
    const over = world.recording.changed(10 * MIB);
    await world.recording.end();
    await over;
  });

  it("lets go of whoever waits when it is closed or its stream destroyed", async () => {
    const stream = world.recording.open(0).on("error", () => {});
    const closed = new Promise((resolve) => stream.once("close", resolve));
    stream.read();
    stream.destroy();
    await closed;
    const reading = buffer(world.recording.open(0)).catch((error: unknown) => error);
    await world.recording.close();
    expect(String(await reading)).to.contain("no longer followed");
  });

  it("needs no more memory for a longer recording", async () => {
    const file = await open(world.documented, "w");
    await file.write(fakeTake(1_000).bytes);
    await file.truncate(128 * MIB);
    await file.close();
    const before = process.memoryUsage().rss;
    let read = 0;
    await world.recording.end();
    for await (const chunk of world.recording.open(0)) read += chunk.length;
    expect(read).to.equal(128 * MIB);
    expect(process.memoryUsage().rss - before).to.be.below(64 * MIB);
  }).timeout(20_000);
});
