import {
  appendFile,
  open,
  readFile,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import type { GrowingRecording } from "../../src/recording/growing-recording.ts";
import { FakeClock } from "../bot/fake-clock.ts";
import { fakeTake, useWorld } from "./fake-bot.ts";

const MIB = 1024 * 1024;

async function expectBytes(recording: GrowingRecording, ...expected: Buffer[]): Promise<void> {
  await recording.end();
  const all = Buffer.concat(expected);
  expect(recording.length).to.equal(all.length);
  expect((await buffer(recording.open(0))).equals(all)).to.equal(true);
  expect(recording.layout().bytes).to.equal(all.length);
}

async function expectFiles(recording: GrowingRecording, ...expected: Buffer[]): Promise<void> {
  const paths = (await recording.files()) ?? [];
  const found = await Promise.all(paths.map((path) => readFile(path)));
  expect(found.map((bytes, i) => bytes.equals(expected[i] ?? Buffer.alloc(0)))).to.deep.equal(
    expected.map(() => true),
  );
}

describe("a growing recording", () => {
  const world = useWorld();
  const startBytes = async (recording: GrowingRecording) =>
    recording.layout().streams.map(({ startByte }) => startByte);

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

  it("reads a replaced file to its end before the one in its place", async () => {
    const [first, second] = [fakeTake(), fakeTake(1_000_000)];
    await writeFile(world.documented, first.bytes.subarray(0, 50_000));
    await world.recording.look();
    await appendFile(world.documented, first.bytes.subarray(50_000, -7));
    await writeFile(`${world.documented}.new`, second.bytes);
    await rename(`${world.documented}.new`, world.documented);
    await world.recording.look();
    expect(await startBytes(world.recording)).to.deep.equal([0, first.bytes.length - 7]);
    await expectBytes(world.recording, first.bytes.subarray(0, -7), second.bytes);
    await expectFiles(world.recording, first.bytes.subarray(0, -7), second.bytes);
    await expectBytes(world.recording, first.bytes.subarray(0, -7), second.bytes);
  });

  it("keeps what it has read when a file is truncated and begun anew", async () => {
    const [first, second] = [fakeTake(), fakeTake(1_000)];
    await writeFile(world.documented, first.bytes);
    await world.recording.look();
    await writeFile(world.documented, second.bytes.subarray(0, 500));
    await world.recording.look();
    await appendFile(world.documented, second.bytes.subarray(500));
    await expectBytes(world.recording, first.bytes, second.bytes);
    await expectFiles(world.recording, first.bytes, second.bytes);
    expect(await startBytes(world.recording)).to.deep.equal([0, first.bytes.length]);
  });

  it("sees that a file was begun anew although it has outgrown itself since the last look", async () => {
    const [first, second] = [fakeTake(10_000), fakeTake(300_000)];
    await writeFile(world.documented, first.bytes);
    await world.recording.look();
    await writeFile(world.documented, second.bytes);
    await expectBytes(world.recording, first.bytes, second.bytes);
  });

  it("gives no byte of a file that was begun anew for one of its old ones", async () => {
    const [first, second] = [fakeTake(3 * MIB), fakeTake(4 * MIB)];
    await writeFile(world.documented, first.bytes);
    await world.recording.look();
    await writeFile(world.documented, second.bytes);
    const all = buffer(world.recording.open(0));
    await world.recording.end();
    expect((await all).equals(Buffer.concat([first.bytes, second.bytes]))).to.equal(true);
  });

  it("waits for the rest of a file begun anew before it judges it", async () => {
    const [first, second] = [fakeTake(), fakeTake()];
    await writeFile(world.documented, first.bytes);
    await world.recording.look();
    await truncate(world.documented);
    await world.recording.look();
    for (const end of [10, second.head.length + 3, 5_000]) {
      await writeFile(world.documented, second.bytes.subarray(0, end));
      await world.recording.look();
    }
    await writeFile(world.documented, second.bytes);
    await expectBytes(world.recording, first.bytes, second.bytes);
  });

  it("says where bytes are lost that a truncation has taken before they were read", async () => {
    const [first, second] = [fakeTake(17 * MIB), fakeTake()];
    await writeFile(world.documented, first.bytes);
    await world.recording.look();
    await writeFile(world.documented, second.bytes);
    await world.recording.end();
    const lost = first.bytes.length - 16 * MIB;
    const error = await buffer(world.recording.open(0)).catch((reason: unknown) => reason);
    expect(error).to.include({ name: "LostBytesError", until: lost });
    const rest = Buffer.concat([first.bytes.subarray(lost), second.bytes]);
    expect((await buffer(world.recording.open(lost))).equals(rest)).to.equal(true);
    expect(await world.recording.files()).to.equal(undefined);
  }).timeout(20_000);

  it("keeps all of a truncated file that has outgrown the memory by no more than its head", async () => {
    const [first, second] = [fakeTake(16 * MIB + 50_000), fakeTake()];
    await writeFile(world.documented, first.bytes);
    await world.recording.look();
    await writeFile(world.documented, second.bytes);
    await expectBytes(world.recording, first.bytes, second.bytes);
    expect(await world.recording.files()).to.have.lengthOf(2);
    await expectFiles(world.recording, first.bytes, second.bytes);
  }).timeout(20_000);

  for (const extra of [0, 90, 300_000]) {
    for (const way of ["in place", "by another file"]) {
      it(`takes a recording rewritten ${way} with ${extra} more bytes in its head for the same`, async () => {
        const take = fakeTake(700_000);
        const patched = extra === 0 ? Buffer.from(take.bytes) : take.patched(extra);
        patched.write("abc", 8);
        await writeFile(world.documented, take.bytes.subarray(0, -500));
        const before = await world.recording.look();
        const reader = world.recording.open(1_000);
        const path = way === "in place" ? world.documented : `${world.documented}.new`;
        await writeFile(path, patched.subarray(0, 5_000));
        await world.recording.look();
        await appendFile(path, patched.subarray(5_000));
        if (path !== world.documented) await rename(path, world.documented);
        await world.recording.look();
        expect(world.recording.length).to.equal((before?.bytes ?? 0) + 500);
        await expectBytes(world.recording, take.bytes);
        expect((await buffer(reader)).equals(take.bytes.subarray(1_000))).to.equal(true);
        await expectFiles(world.recording, patched);
      });
    }
  }

  it("takes a recording that is being rewritten over itself for the same", async () => {
    const take = fakeTake(700_000);
    const patched = take.patched(300);
    await writeFile(world.documented, take.bytes);
    await world.recording.look();
    const file = await open(world.documented, "r+");
    await file.write(patched.subarray(0, 10_000));
    await world.recording.look();
    await file.write(patched.subarray(10_000));
    await file.close();
    await world.recording.look();
    await expectBytes(world.recording, take.bytes);
    await expectFiles(world.recording, patched);
  });

  it("takes a duration written into the head, byte for byte, for no change", async () => {
    const take = fakeTake();
    await writeFile(world.documented, take.bytes);
    await world.recording.look();
    const file = await open(world.documented, "r+");
    await file.write("xyz", 8);
    await file.close();
    await world.recording.look();
    await appendFile(world.documented, "more");
    await expectBytes(world.recording, take.bytes, Buffer.from("more"));
  });

  it("notices a head that was written within the same tick of the clock", async () => {
    const take = fakeTake();
    await writeFile(world.documented, take.bytes);
    await utimes(world.documented, 1_000, 1_000);
    const controller = new AbortController();
    const recording = world.follow({ intervalMs: 1, signal: controller.signal });
    await recording.look();
    const file = await open(world.documented, "r+");
    await file.write("xyz", 8);
    await file.utimes(1_000, 1_000);
    await file.close();
    const following = recording.follow();
    const rest = await buffer(recording.open(150_000, take.bytes.length));
    expect(rest.equals(take.bytes.subarray(150_000))).to.equal(true);
    controller.abort();
    await following;
  });

  it("knows the streams of every byte that it counts", async () => {
    const [first, second] = [fakeTake(5_000), fakeTake(5_000)];
    const file = Buffer.concat([first.bytes, second.bytes]);
    const starts: number[][] = [];
    for (const end of [first.bytes.length - 2, first.bytes.length + 3, first.bytes.length + 200]) {
      await writeFile(world.documented, file.subarray(0, end));
      await world.recording.look();
      starts.push([world.recording.length, ...(await startBytes(world.recording))]);
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

  for (let seed = 1; seed <= 20; seed++) {
    it(`misses and doubles no byte, whatever the bot does to its files (${seed})`, async () => {
      const random = randomNumbers(seed);
      const expected: Buffer[] = [];
      const readers = [buffer(world.recording.open(0))];
      let path = world.growing;
      for (let turn = 0; turn < 4; turn++) {
        const take = fakeTake(1 + random(400_000));
        const written = take.bytes.subarray(0, take.bytes.length - random(300));
        expected.push(written);
        if (random(2)) await rm(path, { force: true });
        await writeFile(path, "");
        for (let at = 0; at < written.length; ) {
          const count = 1 + random(200_000);
          await appendFile(path, written.subarray(at, at + count));
          at += count;
          if (random(2)) await world.recording.look();
          if (random(4) === 0) readers.push(buffer(world.recording.open(0)));
        }
        await world.recording.look();
        await world.recording.look();
        if (random(3) === 0) {
          const longer = take
            .patched(10 + random(1_000))
            .subarray(0, written.length - take.bytes.length || undefined);
          await writeFile(path, longer.subarray(0, random(longer.length)));
          if (random(2)) await world.recording.look();
          await writeFile(path, longer);
          await world.recording.look();
        }
        if (random(3) === 0 && path !== world.documented) {
          await rename(path, world.documented);
          path = world.documented;
        }
      }
      await expectBytes(world.recording, ...expected);
      const all = Buffer.concat(expected);
      for (const reader of readers) expect((await reader).equals(all)).to.equal(true);
    });
  }

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

/** A generator (mulberry32) of the same whole numbers below a bound for the same seed. */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
