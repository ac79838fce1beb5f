import { appendFile, open, rename, utimes, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { expectBytes, expectFiles } from "./expectations.ts";
import { fakeTake, useWorld } from "./fake-bot.ts";

describe("a growing recording whose file is rewritten", () => {
  const world = useWorld();

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
});
