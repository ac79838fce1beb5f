import { existsSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import { elementId, walkLive } from "../../src/meeting-bot/webm/elements.ts";
import { decodingErrors, packetTimes, probe } from "./support/media.ts";
import { FILE_NAME, type Simulator, startSimulator, useSimulator } from "./support/simulator.ts";

describe("The meeting-bot simulator's recordings", () => {
  let bot: Simulator;
  let path: string;
  useSimulator((started) => {
    bot = started;
    path = started.recordingPath;
  });

  it("lie at the documented path and say where, how long and how large they are", async () => {
    await bot.attend("seconds=8");
    expect(await readdir(bot.root, { recursive: true })).to.have.members([
      "user-1",
      join("user-1", FILE_NAME),
    ]);
    const line = await bot.logged("recording ended");
    expect(line).to.include({ path, bytes: (await stat(path)).size });
    expect(line["mediaSeconds"]).to.be.within(7.9, 8);
    expect(await probe(path)).to.deep.equal({ codecs: ["vp9", "opus"] });
  });

  it("are named by the event when there is no bot, and by the configured extension", async () => {
    const mp4 = await startSimulator({ UPLOADER_FILE_EXTENSION: ".mp4" });
    const body = { name: "n", bearerToken: "t", teamId: "x", timezone: "UTC", userId: "u" };
    const url = "https://meet.google.com/abc-defg-hij?seconds=2";
    await mp4.post("/google/join", { ...body, url, eventId: "event-1" });
    await mp4.logged("job ended");
    const name = Buffer.from("uevent-10").toString("base64url");
    expect(await readdir(join(mp4.root, "u"))).to.deep.equal([`${name}.mp4`]);
  });

  it("grow while the meeting lasts, at its pace", async () => {
    await bot.join("seconds=10&speed=10");
    await bot.logged("recording started");
    const startedAt = performance.now();
    const sizes = await bot.sizesUntilEnd(path);
    expect(performance.now() - startedAt).to.be.within(900, 5000);
    expect(sizes.length).to.be.within(3, 6);
    expect(sizes).to.deep.equal(sizes.toSorted((a, b) => a - b));
  });

  for (const codec of ["vp8", "vp9", "h264"]) {
    it(`play ${codec} when the URL asks for it`, async () => {
      await bot.attend(`sandbox=${codec}&seconds=3`);
      expect((await probe(path)).codecs).to.deep.equal([codec, "opus"]);
    });
  }

  it("end before their time as soon as there is the file that the URL names", async () => {
    const file = join(bot.root, "over");
    await bot.join(`seconds=600&speed=10&until=${encodeURIComponent(file)}`);
    await until(() => existsSync(path));
    await writeFile(file, "");
    const { mediaSeconds, bytes } = await bot.logged("recording ended");
    expect(mediaSeconds).to.be.below(100);
    expect((await stat(path)).size).to.equal(bytes);
    await bot.logged("job ended");
  });

  it("loop for ten minutes", async () => {
    await bot.attend("seconds=600&speed=1000");
    const times = await packetTimes(path, "v");
    expect(times.at(-1)).to.be.within(599.9, 600);
    expect(times.length).to.be.within(17_800, 18_050);
  });

  it("stop growing for ever when the bot hangs", async () => {
    const hanging = await startSimulator();
    await hanging.join("sandbox=hang&at=4&seconds=60");
    const { mediaSeconds } = await hanging.logged("recording ended");
    expect(mediaSeconds).to.be.within(3.9, 4);
    expect(await hanging.busy()).to.equal(1);
    expect(hanging.backend.received).to.deep.equal([]);
  });

  it("stay behind when the process crashes, with the real container's exit code 0", async () => {
    const crashing = await startSimulator();
    await crashing.join("sandbox=crash&at=4");
    expect(await crashing.exitCode()).to.equal(0);
    const file = crashing.recordingPath;
    expect((await packetTimes(file, "v")).at(-1)).to.be.within(3.9, 4);
    expect(crashing.backend.received).to.deep.equal([]);
    expect(await crashing.logged("exit")).to.include({ code: 0 });
  });

  it("stay behind a crash with the exit code that the URL asks for", async () => {
    const crashing = await startSimulator();
    await crashing.join("sandbox=crash&at=2&exit=137");
    expect(await crashing.exitCode()).to.equal(137);
    expect(existsSync(crashing.recordingPath)).to.equal(true);
  });

  it("do not exist in a meeting without a file that ends normally", async () => {
    await bot.attend("sandbox=no-file&seconds=2");
    expect(await readdir(bot.root)).to.deep.equal([]);
    expect(bot.callbacks("status")).to.have.length(1);
  });

  it("end in the middle of a block when truncated, and are reported as usual", async () => {
    await bot.attend("sandbox=truncated&at=4");
    const bytes = await readFile(path);
    const last = [...walkLive(bytes)].at(-1);
    expect(last?.id).to.be.oneOf([elementId.simpleBlock, elementId.blockGroup]);
    expect(last?.end).to.be.above(bytes.length);
    expect(bot.callbacks("status")[0])
      .to.have.property("status")
      .that.deep.equals(["processing", "joined", "failed"]);
  });

  it("are of any WebM file that the URL names", async () => {
    const recording = fileURLToPath(
      new URL("../../recordings/chromium-vp8-opus.webm", import.meta.url),
    );
    await bot.attend(`seconds=3&recording=${encodeURIComponent(recording)}`);
    expect((await probe(path)).codecs).to.deep.equal(["vp8", "opus"]);
  });

  it("are as large as they are told to be, and take no room for it", async () => {
    await bot.attend("seconds=6&pad=10");
    const { size, blocks } = await stat(path);
    expect(size).to.be.within(30 * 1024 ** 2, 31 * 1024 ** 2);
    expect(blocks * 512).to.be.below(2 * 1024 ** 2);
    expect((await packetTimes(path, "v")).at(-1)).to.be.within(5.9, 6);
    expect(await decodingErrors(path)).to.equal("");
  });

  it("are as large as they are told to be, to the byte, when that is a fraction of a mebibyte", async () => {
    await bot.attend("seconds=2");
    const { size } = await stat(path);
    await bot.reset();
    await bot.attend(`seconds=2&pad=${1 / 3}`);
    const voidHead = 9;
    expect((await stat(path)).size).to.equal(size + voidHead + Math.round(1024 ** 2 / 3));
  });

  it("have the fork's backup_<uuid>.wav beside them", async () => {
    await bot.attend("sandbox=backup-wav&seconds=5");
    const names = await readdir(join(bot.root, "user-1"));
    const wav = names.find((name) => /^backup_[0-9a-f-]{36}\.wav$/.test(name)) ?? "";
    expect(names).to.have.members([FILE_NAME, wav]);
    expect((await stat(join(bot.root, "user-1", wav))).size).to.equal(44 + 5 * 192_000);
    expect((await probe(join(bot.root, "user-1", wav))).codecs).to.deep.equal(["pcm_s16le"]);
  });

  it("end at the bot's own limit", async () => {
    const limited = await startSimulator({ MAX_RECORDING_DURATION_MINUTES: "0.1" });
    await limited.attend("seconds=60");
    expect((await limited.logged("recording ended"))["mediaSeconds"]).to.be.within(5.9, 6);
  });

  it("that cannot be written end the job, not the process", async () => {
    const homeless = await startSimulator({ TEMPVIDEO_DIR: "/dev/null/nowhere" });
    await homeless.join("seconds=2");
    expect((await homeless.logged("job failed"))["error"]).to.contain("ENOTDIR");
    expect(await homeless.busy()).to.equal(0);
  });
}).timeout(60_000);
