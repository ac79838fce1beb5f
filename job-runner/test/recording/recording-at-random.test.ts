import { appendFile, rename, rm, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { expectBytes } from "./expectations.ts";
import { fakeTake, useWorld } from "./fake-bot.ts";

describe("a growing recording, at random", () => {
  const world = useWorld();

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
