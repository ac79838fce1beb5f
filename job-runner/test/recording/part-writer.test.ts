import { rename, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { findBegun } from "../../src/recording/begun-parts.ts";
import type { PartsStored } from "../../src/recording/part-writer.ts";
import { findStoredAttempts } from "../../src/recording/stored-parts.ts";
import { fakeTake } from "./fake-bot.ts";
import { KIB, LONG, PREFIX, usePartWriters } from "./part-writer-under-test.ts";

describe("the part writer", () => {
  const { world, bucket, start, ended, stop, record, parts, untilStored, contents, uploads } =
    usePartWriters();

  it("stores the recording in parts of the size wanted, and the rest at its end", async () => {
    const { bytes } = fakeTake(150_000);
    const stored: number[] = [];
    start({ onStored: ({ bytesStored }) => stored.push(bytesStored) });
    await record(bytes);
    await world.recording.end();
    await ended();
    const sizes = [64 * KIB, 64 * KIB, bytes.length - 128 * KIB];
    const objects = await parts();
    expect(objects.map(({ name, bytes: size }) => [name, size])).to.deep.equal(
      sizes.map((size, i) => [`${PREFIX}00000${i + 1}.part`, size]),
    );
    expect((await contents()).equals(bytes)).to.equal(true);
    expect(stored).to.deep.equal([64 * KIB, 128 * KIB, bytes.length]);
  });

  it("says on each part what it is, in one request", async () => {
    start({ limits: { bytes: 64 * KIB, ageMs: 20 } });
    await record(fakeTake(100).bytes);
    const [part] = await untilStored(1);
    expect(part).to.include({ contentType: "video/webm" });
    expect(part?.metadata).to.include({ instance: "i1", attempt: "2", "start-byte": "0" });
    const age = Number(part?.metadata["until-at"]) - Number(part?.metadata["started-at"]);
    expect(age).to.be.within(20, 5_000);
    expect(uploads()).to.deep.equal(["simple-upload"]);
  });

  it("stores at once what there is when it is told to", async () => {
    const { bytes } = fakeTake(100);
    const writer = start();
    await writer.flush();
    await record(bytes.subarray(0, 90));
    await writer.flush();
    await record(bytes.subarray(90));
    await writer.flush();
    expect((await parts()).map((part) => part.metadata["start-byte"])).to.deep.equal(["0", "90"]);
    expect((await contents()).equals(bytes)).to.equal(true);
  });

  it("goes round the bytes that the bot has destroyed, and counts them", async () => {
    const [first, second] = [fakeTake(17 * KIB * KIB), fakeTake(1_000)];
    await record(first.bytes);
    await writeFile(world.documented, second.bytes);
    await world.recording.end();
    const writer = start({ limits: { bytes: 4 * KIB * KIB, ageMs: LONG } });
    await ended();
    expect(writer.failure).to.equal(undefined);
    const lost = first.bytes.length - 16 * KIB * KIB - 128 * KIB;
    expect(writer.lostBytes).to.equal(lost);
    const stored = await contents();
    const kept = [first.bytes.subarray(0, 128 * KIB), first.bytes.subarray(128 * KIB + lost)];
    expect(stored.equals(Buffer.concat([...kept, second.bytes]))).to.equal(true);
    const [attempt] = await findStoredAttempts(bucket.store, "rec/one", { instance: "i1" });
    expect(attempt).to.include({ lostBytes: lost });
  }).timeout(20_000);

  it("goes on after the parts that a manager before it has stored of the same recording", async () => {
    const { bytes } = fakeTake(300_000);
    const first = start();
    await record(bytes.subarray(0, 200_000));
    await first.flush();
    await stop();
    await record(bytes.subarray(200_000));
    const claim = { instance: "i1", claimToken: "token" };
    const begun = await findBegun(bucket.store, "rec/one", claim, world.recording);
    expect(begun).to.include({ parts: 4, byte: 200_000, bytesStored: 200_000, isWhole: true });
    const stored: PartsStored[] = [];
    start({ begun, onStored: (now) => stored.push(now) });
    await world.recording.end();
    await ended();
    expect(stored).to.deep.equal([
      { parts: 5, bytesStored: 200_000 + 64 * KIB },
      { parts: 6, bytesStored: bytes.length },
    ]);
    expect((await contents()).equals(bytes)).to.equal(true);
  });

  it("begins another part where the bot begins another file", async () => {
    const [first, second] = [fakeTake(100_000), fakeTake(1_000)];
    start();
    await record(first.bytes);
    await writeFile(`${world.documented}.new`, second.bytes);
    await rename(`${world.documented}.new`, world.documented);
    await world.recording.look();
    await untilStored(2);
    await world.recording.end();
    await ended();
    const objects = await parts();
    const told = objects.map(({ bytes, metadata }) => [
      metadata["take"],
      metadata["start-byte"],
      bytes,
    ]);
    const rest = first.bytes.length - 64 * KIB;
    expect(told).to.deep.equal([
      ["1", "0", 64 * KIB],
      ["1", String(64 * KIB), rest],
      ["2", "0", second.bytes.length],
    ]);
    const all = Buffer.concat([first.bytes, second.bytes]);
    expect((await contents()).equals(all)).to.equal(true);
    const [attempt] = await findStoredAttempts(bucket.store, "rec/one", { instance: "i1" });
    expect(attempt).to.include({ lostBytes: 0 });
  });
});
