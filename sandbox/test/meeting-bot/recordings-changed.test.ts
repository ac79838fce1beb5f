import { existsSync } from "node:fs";
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import { decodingErrors, packetTimes, probe } from "./support/media.ts";
import { type Simulator, useSimulator } from "./support/simulator.ts";

describe("The meeting-bot simulator's recordings that do more than grow", () => {
  let bot: Simulator;
  let path: string;
  useSimulator((started) => {
    bot = started;
    path = started.recordingPath;
  });

  async function openWhenThere(file: string): Promise<FileHandle> {
    await until(() => existsSync(file));
    return open(file);
  }

  it("hold two streams when a retry appends to the file", async () => {
    await bot.attend("sandbox=appended&at=4&seconds=6");
    const ends = [1, 2].map((nth) => bot.logged("recording ended", nth));
    const [first, second] = await Promise.all(ends);
    const bytes = await readFile(path);
    const header = bytes.subarray(0, 40);
    expect(bytes.indexOf(header, 1)).to.equal(first?.["bytes"]);
    expect(bytes.length).to.equal(second?.["bytes"]);
    expect(first?.["mediaSeconds"]).to.be.within(3.9, 4);
    expect(second?.["mediaSeconds"]).to.be.within(5.9, 6);
    const heads = [0, Number(first?.["bytes"])].map((at) => bytes.toString("hex", at, at + 300));
    const trackUids = heads.flatMap((head) => head.match(/73c587.{14}/g) ?? []);
    expect(new Set(trackUids)).to.have.property("size", 4);
    expect(bot.callbacks("status")).to.have.length(2);
  });

  it("are new files when a retry replaces them", async () => {
    await bot.join("sandbox=replaced&at=4&seconds=6&speed=10");
    const old = await openWhenThere(path);
    const { ino } = await old.stat();
    const first = await bot.logged("recording ended");
    const second = await bot.logged("recording ended", 2);
    expect((await stat(path)).ino).not.to.equal(ino);
    expect((await stat(path)).size).to.equal(second["bytes"]);
    expect((await old.stat()).size).to.equal(first["bytes"]);
    await old.close();
    expect((await packetTimes(path, "v")).at(-1)).to.be.within(5.9, 6);
  });

  it("are the same files, begun anew, when a retry empties them", async () => {
    await bot.join("sandbox=restarted&at=4&seconds=6&speed=10");
    const old = await openWhenThere(path);
    const { ino } = await old.stat();
    await old.close();
    const second = await bot.logged("recording ended", 2);
    expect(await stat(path)).to.include({ ino, size: second["bytes"] });
    expect((await packetTimes(path, "v")).at(-1)).to.be.within(5.9, 6);
  });

  it("go on under the documented name when renamed", async () => {
    await bot.join("sandbox=renamed&at=4&seconds=10&speed=5");
    const started = await bot.logged("recording started");
    const growing = join(bot.root, "recording-bot-1.webm");
    expect(started).to.include({ path: growing });
    await bot.sizesUntilEnd(growing);
    expect(existsSync(growing)).to.equal(false);
    expect(await bot.logged("recording ended")).to.include({
      path,
      bytes: (await stat(path)).size,
    });
    const times = await packetTimes(path, "v");
    expect(times.at(-1)).to.be.within(9.9, 10);
    expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
  });

  it("grow elsewhere with upstream's Teams bot and are copied at the end", async () => {
    const growing = join(bot.root, "recording-bot-1.webm");
    await bot.join("sandbox=h264,teams-upstream&seconds=10&speed=10", "/microsoft/join");
    await bot.logged("recording started");
    expect(await bot.sizesUntilEnd(growing))
      .to.have.property("length")
      .that.is.above(2);
    const started = bot.log.find(({ message }) => message === "recording started");
    expect(started).to.include({ path: growing });
    expect((await readFile(path)).equals(await readFile(growing))).to.equal(true);
    expect((await probe(path)).codecs).to.deep.equal(["h264", "opus"]);
  });

  it("get their duration into their head at the end when patched", async () => {
    await bot.attend("sandbox=patched&seconds=6");
    const { mediaSeconds, bytes } = await bot.logged("recording ended");
    expect(Number((await probe(path)).duration)).to.be.closeTo(Number(mediaSeconds), 0.1);
    expect((await stat(path)).size).to.equal(bytes);
    expect((await packetTimes(path, "v")).at(-1)).to.be.within(5.9, 6);
    expect(await decodingErrors(path)).to.equal("");
  });
}).timeout(60_000);
