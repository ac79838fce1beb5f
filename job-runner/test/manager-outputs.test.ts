import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { BotInstance } from "@meeting-bot/core";
import { expect } from "chai";
import { freePort } from "../../sandbox/src/ports.ts";
import { someBytes } from "../../storage/test/bytes.ts";
import { startServer } from "./bot/http-server.ts";
import { npmBuild } from "./media/support/builds.ts";
import { chromiumRecording } from "./media/support/recordings.ts";
import { useScratch } from "./media/support/scratch.ts";
import { element, VOID } from "./media/support/webm-builder.ts";
import { botFileOf, bytesOf, look, outputsOf, partsOf } from "./support/recorded.ts";
import {
  fieldsOf,
  linkTo,
  openWorld,
  type Run,
  type RunOptions,
  reachStored,
  type World,
} from "./support/world.ts";

/** So much is stored at once. */
const PART = 5 * 1024 * 1024;
const MEETING = linkTo("sandbox=h264&seconds=6&speed=6");

describe("what a manager makes of a recording", function () {
  this.timeout(60_000);
  const scratch = useScratch();
  let world: World;

  before(async () => {
    world = await openWorld();
  });
  after(() => world?.end());

  /** Runs until the manager has ended: what became of the instance. */
  async function finish(fields: Partial<BotInstance>, options: RunOptions = {}) {
    const run = await world.run({ meetingUrl: MEETING, ...fields }, options);
    const code = await run.manager.exitCode;
    return { run, code, instance: await fieldsOf(run.ref), outputs: outputsOf(world, run.ref) };
  }

  it("is each of the files that the meeting asks for", async () => {
    const formats = ["audio.mp3", "audio.wav", "audio.opus", "raw.webm", "thumbnail.jpg"];
    const { instance, outputs } = await finish({ recordingOptions: { formats } });

    expect(instance).to.deep.include({ status: "done", partial: false, output_failures: [] });
    expect(outputs).to.have.keys(formats);
    const found = await Promise.all(
      formats.map(async (format) => {
        const { video, audio, durationSeconds } = await look(outputs[format]);
        const seconds = format === "raw.webm" ? 6 : durationSeconds;
        if (format !== "thumbnail.jpg") expect(seconds).to.be.closeTo(6, 0.2);
        return { format, video: video?.codec, audio: audio?.codec };
      }),
    );
    expect(found).to.deep.equal([
      { format: "audio.mp3", video: undefined, audio: "mp3" },
      { format: "audio.wav", video: undefined, audio: "pcm_s16le" },
      { format: "audio.opus", video: undefined, audio: "opus" },
      { format: "raw.webm", video: "h264", audio: "opus" },
      { format: "thumbnail.jpg", video: "mjpeg", audio: undefined },
    ]);
    const told = instance["outputs"].map((output: Record<string, unknown>) => output["uri"]);
    const stored = Object.values(outputs).map(({ name }) => `gs://recordings/${name}`);
    expect(told).to.have.members(stored);
  });

  /** An ffmpeg that refuses what stands in its arguments so. */
  async function ffmpegWithout(pattern: string): Promise<Record<string, string>> {
    const path = scratch.path("ffmpeg");
    const script = `case "$*" in ${pattern}) exit 1;; esac; exec "${npmBuild.ffmpeg}" "$@"`;
    await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { FFMPEG_PATH: path };
  }

  for (const conversion of ["live", "after"]) {
    it(`is sound alone, and no picture is encoded, when that is asked for (${conversion})`, async () => {
      const { instance, outputs } = await finish(
        {
          meetingUrl: linkTo("seconds=6&speed=6"),
          recordingOptions: { formats: ["audio.m4a", "audio.mp3"], conversion },
        },
        { manager: await ffmpegWithout("*0:v*") },
      );

      expect(instance).to.deep.include({ status: "done", partial: false, output_failures: [] });
      expect(outputs).to.have.keys(["audio.m4a", "audio.mp3"]);
      for (const output of Object.values(outputs)) {
        const { video, durationSeconds } = await look(output);
        expect(video).to.equal(undefined);
        expect(durationSeconds).to.be.closeTo(6, 0.2);
      }
    });
  }

  it("is the recording itself when none of the files that are asked for can be made", async () => {
    const { instance, outputs } = await finish(
      { recordingOptions: { formats: ["audio.mp3"] } },
      { manager: await ffmpegWithout("*libmp3lame*") },
    );
    expect(outputs).to.have.keys("raw.webm");
    expect(instance).to.deep.include({ status: "done", partial: true });
    expect(instance["output_failures"]).to.have.length(1);
    expect(instance["output_failures"][0]).to.include({ kind: "mp3", code: "CONVERSION_FAILED" });
  });

  it("is the same whether it is converted while it grows or afterwards", async () => {
    const runs = await Promise.all([
      finish({}, { manager: { CONVERSION: "live" } }),
      finish({ recordingOptions: { conversion: "after" } }, { manager: { CONVERSION: "live" } }),
      finish({}, { manager: { CONVERSION: "after" } }),
    ]);
    const results = await Promise.all(
      runs.map(async ({ instance, outputs }) => ({
        partial: instance["partial"],
        video: await look(outputs["video.mp4"]),
        audio: await look(outputs["audio.m4a"]),
      })),
    );
    const [live, ...after] = results;
    expect(live?.partial).to.equal(false);
    expect(live?.video.durationSeconds).to.be.closeTo(6, 0.1);
    for (const result of after) expect(result).to.deep.equal(live);
  });

  it("is the recording itself when nothing can be made of it, and the instance says why", async () => {
    const garbage = someBytes(100_000);
    const bot = await startServer(async ({ url }, response) => {
      if (url === "/google/join") {
        await mkdir(dirname(botFileOf(run)), { recursive: true });
        await writeFile(botFileOf(run), garbage);
      }
      response.end(JSON.stringify({ status: "healthy", data: 0 }));
    });
    const run: Run = await world.run(
      { maxAttempts: 1 },
      { manager: { MEETING_BOT_API_URL: bot.url } },
    );
    expect(await run.manager.exitCode).to.equal(0);
    await bot.stop();

    const instance = await fieldsOf(run.ref);
    expect(instance).to.include({ status: "done", partial: true });
    expect(instance["outputs"]).to.have.length(1);
    expect(instance["outputs"][0]).to.include({ kind: "raw", bytes: garbage.length });
    const message = "The recording is damaged: no picture or sound can be read.";
    expect(instance["output_failures"]).to.deep.equal([
      { kind: "video", code: "CONVERSION_FAILED", message },
      { kind: "audio", code: "CONVERSION_FAILED", message },
    ]);
    const stored = Object.values(outputsOf(world, run.ref));
    expect((await bytesOf(stored)).equals(garbage)).to.equal(true);
  });

  it("is nothing when the bot was declined, whatever it has recorded at the door", async () => {
    const callbackPort = String(await freePort());
    let busy = 1;
    const bot = await startServer(async ({ url }, response) => {
      if (url === "/google/join") {
        await mkdir(dirname(botFileOf(run)), { recursive: true });
        const lobby = await readFile(chromiumRecording("h264"));
        await writeFile(botFileOf(run), Buffer.concat([lobby, element(VOID, Buffer.alloc(PART))]));
      }
      response.end(JSON.stringify({ status: "healthy", data: busy }));
    });
    const tell = (what: string, body: object) =>
      fetch(`http://127.0.0.1:${callbackPort}/v2/meeting/app/bot/${what}`, {
        method: "PATCH",
        body: JSON.stringify(body),
      });
    const run: Run = await world.run(
      {},
      { manager: { MEETING_BOT_API_URL: bot.url, BOT_CALLBACK_PORT: callbackPort } },
    );
    await reachStored(run.ref, 1);
    await tell("log", { category: "WaitingAtLobby", subCategory: "UserDeniedRequest" });
    await tell("status", { status: ["processing", "failed"] });
    busy = 0;
    expect(await run.manager.exitCode).to.equal(1);
    await bot.stop();

    const { status, error } = await fieldsOf(run.ref);
    expect({ status, code: error.code }).to.deep.equal({ status: "failed", code: "NOT_ADMITTED" });
    expect(partsOf(world, run.ref)).to.deep.equal([]);
    expect(outputsOf(world, run.ref)).to.deep.equal({});
  });

  it("is nothing, and no bot is sent, when the meeting asks for what there is not", async () => {
    const { run, code, instance } = await finish({
      recordingOptions: { formats: ["video.avi"], crf: 99 },
    });

    expect(code).to.equal(1);
    expect(instance).to.include({ status: "failed" });
    expect(instance["error"]).to.include({ code: "INVALID_MEETING", retryable: false });
    expect(instance["error"].message)
      .to.match(/^recording_options\.formats must be a list of .*video\.mp4/)
      .and.to.contain("recording_options.crf must be");
    expect(run.bot.text).not.to.contain("join");
  });

  it("is nothing, and no bot is sent, when the scratch folder cannot be written", async () => {
    const file = scratch.path("file");
    await writeFile(file, "");
    const { run, code, instance } = await finish({}, { manager: { SCRATCH_DIR: file } });

    expect(code).to.equal(1);
    expect(instance).to.include({ status: "failed" });
    expect(instance["error"]).to.include({
      code: "NO_RECORDING",
      message:
        `The scratch folder ${file}/.outputs cannot be written (ENOTDIR). ` +
        "Mount a volume at SCRATCH_DIR that the manager's user may write to.",
    });
    expect(run.bot.text).not.to.contain("join");
  });
});
