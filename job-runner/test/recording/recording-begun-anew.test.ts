import { appendFile, rename, truncate, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { expectBytes, expectFiles, startBytes } from "./expectations.ts";
import { fakeTake, useWorld } from "./fake-bot.ts";

const MIB = 1024 * 1024;

describe("a growing recording whose file is begun anew", () => {
  const world = useWorld();

  it("reads a replaced file to its end before the one in its place", async () => {
    const [first, second] = [fakeTake(), fakeTake(1_000_000)];
    await writeFile(world.documented, first.bytes.subarray(0, 50_000));
    await world.recording.look();
    await appendFile(world.documented, first.bytes.subarray(50_000, -7));
    await writeFile(`${world.documented}.new`, second.bytes);
    await rename(`${world.documented}.new`, world.documented);
    await world.recording.look();
    expect(startBytes(world.recording)).to.deep.equal([0, first.bytes.length - 7]);
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
    expect(startBytes(world.recording)).to.deep.equal([0, first.bytes.length]);
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
});
