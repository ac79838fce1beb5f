import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import {
  type ConversionRequest,
  type ConvertedRecording,
  convertRecording,
} from "../../src/media/convert-recording.ts";
import type { FfmpegBinaries } from "../../src/media/ffmpeg-binaries.ts";
import { probeMedia } from "../../src/media/probe.ts";
import { filledTrack } from "../../src/media/recording-layout.ts";
import { builds, npmBuild } from "./support/builds.ts";
import { processesIn, waitForProcessIn } from "./support/processes.ts";
import {
  chromiumRecording,
  generate,
  hasIndexInFront,
  LIVE_VP8,
  layoutOf,
  pictures,
  tone,
  videoTimes,
  writeStart,
} from "./support/recordings.ts";
import { useScratch } from "./support/scratch.ts";
import { element, VOID } from "./support/webm-builder.ts";

/** An Opus block of Chromium's is 60 ms long, and only its beginning is stamped. */
const BLOCK_SECONDS = 0.06;
const TOLERANCE_SECONDS = 0.05;

for (const binaries of builds) {
  describe(`a conversion by ffmpeg ${binaries.version}`, function () {
    this.timeout(60_000);
    const scratch = useScratch();

    function request(recording: string, more: Partial<ConversionRequest> = {}): ConversionRequest {
      const options = { preset: "ultrafast" };
      return { recording, workDir: scratch.path("out"), binaries, options, ...more };
    }

    async function convert(recording: string, more: Partial<ConversionRequest> = {}) {
      const result = await convertRecording(request(recording, more));
      if (!result.ok) throw new Error(result.message);
      return result;
    }

    async function describeOutputs({ outputs }: ConvertedRecording) {
      const [video, audio] = await Promise.all(
        (["video", "audio"] as const).map((kind) => {
          const output = outputs.find((candidate) => candidate.kind === kind);
          return output && probeMedia(binaries.ffprobe, output.path);
        }),
      );
      return { video, audio };
    }

    /** The file's outputs end with its last time stamps and hold all of its frames. */
    async function expectFaithful(recording: string, result: ConvertedRecording) {
      const [stream] = (await layoutOf(recording)).streams;
      const pictures = stream && filledTrack(stream, "video");
      const sound = stream && filledTrack(stream, "audio");
      const { video, audio } = await describeOutputs(result);
      expect(video?.video?.frames).to.equal(pictures?.blocks);
      const times = await videoTimes(scratch.path("out/video.mp4"));
      const lastVideo = (pictures?.lastMs ?? 0) / 1000;
      expect(times.at(-1)).to.be.closeTo(lastVideo, TOLERANCE_SECONDS);
      const endOfSound = (sound?.lastMs ?? 0) / 1000 + BLOCK_SECONDS;
      for (const track of [video?.audio, audio?.audio]) {
        expect(track?.endSeconds).to.be.closeTo(endOfSound, TOLERANCE_SECONDS);
      }
    }

    it("copies H.264 as it is, index in front", async () => {
      const recording = chromiumRecording("h264");
      const fractions: number[] = [];
      const result = await convert(recording, { onProgress: (part) => fractions.push(part) });
      expect(result).to.deep.include({ failures: [], absent: [], truncated: false, streams: 1 });
      expect(result.recordedSeconds).to.equal(19.968);
      await expectFaithful(recording, result);
      const { video } = await describeOutputs(result);
      expect(video?.video).to.include({ profile: "Constrained Baseline", pixFmt: "yuvj420p" });
      for (const { path } of result.outputs) expect(await hasIndexInFront(path)).to.equal(true);
      expect(fractions.at(-1)).to.equal(1);
      expect(fractions).to.deep.equal(fractions.toSorted((a, b) => a - b));
      expect(await readdir(scratch.path("out"))).to.have.members(["video.mp4", "audio.m4a"]);
    });

    it("describes the outputs", async () => {
      const { outputs } = await convert(chromiumRecording("h264"));
      const [video, audio] = outputs;
      expect(video).to.include({
        kind: "video",
        path: scratch.path("out/video.mp4"),
        contentType: "video/mp4",
        codec: "h264",
        width: 1280,
        height: 720,
      });
      expect(audio).to.include({
        kind: "audio",
        path: scratch.path("out/audio.m4a"),
        contentType: "audio/mp4",
        codec: "aac",
      });
      for (const { path, bytes } of outputs) expect(bytes).to.equal((await readFile(path)).length);
      expect(audio?.durationSeconds).to.be.closeTo(20, TOLERANCE_SECONDS);
    });

    it("encodes VP9 that was cut off in the middle of a block", async () => {
      const recording = scratch.path("vp9.webm");
      await writeStart(recording, "vp9", 300_000);
      const result = await convert(recording);
      expect(result.truncated).to.equal(true);
      await expectFaithful(recording, result);
      const { video } = await describeOutputs(result);
      expect(video?.video).to.include({ codec: "h264", pixFmt: "yuv420p", width: 1280 });
    });

    it("keeps irregular time stamps: no frame doubled, none dropped", async () => {
      const recording = scratch.path("irregular.webm");
      const sparse = ["-vf", "select='lt(n,9)+not(mod(n,23))+eq(mod(n,31),5)'", "-vsync", "vfr"];
      await generate(...pictures("160x120", 8), ...tone(8), ...sparse, ...LIVE_VP8, recording);
      await convert(recording);
      const before = await videoTimes(recording);
      const after = await videoTimes(scratch.path("out/video.mp4"));
      expect(after).to.have.length(before.length);
      for (const [index, time] of after.entries()) {
        const elapsed = time - (after[0] ?? 0);
        expect(elapsed).to.be.closeTo((before[index] ?? 0) - (before[0] ?? 0), 0.002);
      }
    });

    it("makes odd sizes even", async () => {
      const recording = scratch.path("odd.webm");
      await generate(...pictures("161x121", 1), ...tone(1), ...LIVE_VP8, recording);
      const [video] = (await convert(recording)).outputs;
      expect(video).to.include({ kind: "video", width: 160, height: 120 });
    });

    it("makes large pictures smaller when asked to", async () => {
      const recording = scratch.path("h264.webm");
      await writeStart(recording, "h264", 100_000);
      const options = { preset: "ultrafast", maxHeight: 360 };
      const [video] = (await convert(recording, { options })).outputs;
      expect(video).to.include({ kind: "video", width: 640, height: 360 });
    });

    it("fills the time before sound that starts late", async () => {
      const recording = scratch.path("late.webm");
      const late = ["-itsoffset", "3", ...tone(2)];
      await generate(...pictures("160x120", 5), ...late, ...LIVE_VP8, recording);
      const { audio } = await describeOutputs(await convert(recording));
      expect(audio?.audio?.endSeconds).to.be.closeTo(5, TOLERANCE_SECONDS);
    });

    it("makes only a video of a recording without sound", async () => {
      const recording = scratch.path("silent.webm");
      await generate(...pictures("160x120", 1), ...LIVE_VP8, recording);
      const result = await convert(recording);
      expect(result.outputs.map(({ kind }) => kind)).to.deep.equal(["video"]);
      expect(result).to.deep.include({ absent: ["audio"], failures: [] });
    });

    it("makes only a video when the sound was announced and never came", async () => {
      const recording = scratch.path("announced.webm");
      await writeStart(recording, "h264", 35_500);
      const [stream] = (await layoutOf(recording)).streams;
      expect(stream?.tracks.map(({ blocks }) => blocks > 0)).to.deep.equal([true, false]);
      const result = await convert(recording);
      expect(result.outputs.map(({ kind }) => kind)).to.deep.equal(["video"]);
      expect(result.absent).to.deep.equal(["audio"]);
    });

    it("makes only the sound of a recording without a picture", async () => {
      const recording = scratch.path("blind.webm");
      await generate(...tone(2), ...LIVE_VP8, recording);
      const result = await convert(recording);
      expect(result.outputs.map(({ kind }) => kind)).to.deep.equal(["audio"]);
      expect(result.absent).to.deep.equal(["video"]);
    });

    it("joins two streams that the bot appended to each other", async () => {
      const recording = scratch.path("appended.webm");
      const whole = await readFile(chromiumRecording("h264"));
      await writeFile(recording, Buffer.concat([whole.subarray(0, 400_000), whole]));
      const [first, second] = (await layoutOf(recording)).streams;
      const result = await convert(recording);
      const seconds = ((first?.lastMs ?? 0) + (second?.lastMs ?? 0)) / 1000;
      expect(result).to.include({ truncated: true, streams: 2, recordedSeconds: seconds });
      const { video, audio } = await describeOutputs(result);
      const frames = [first, second].map(
        (stream) => stream && filledTrack(stream, "video")?.blocks,
      );
      expect(video?.video?.frames).to.equal((frames[0] ?? 0) + (frames[1] ?? 0));
      expect(video?.video?.profile).to.equal("Constrained Baseline");
      for (const track of [video?.video, video?.audio, audio?.audio]) {
        expect(track?.endSeconds).to.be.closeTo(seconds + BLOCK_SECONDS, 0.1);
      }
      for (const { path } of result.outputs) expect(await hasIndexInFront(path)).to.equal(true);
      expect(await readdir(scratch.path("out"))).to.have.members(["video.mp4", "audio.m4a"]);
    });

    it("joins streams that have different tracks and sizes", async () => {
      const [both, silent, blind] = ["both", "silent", "blind"].map(scratch.path);
      await generate(...pictures("160x120", 2), ...tone(2), ...LIVE_VP8, both ?? "");
      await generate(...pictures("320x180", 2), ...LIVE_VP8, silent ?? "");
      await generate(...tone(2), ...LIVE_VP8, blind ?? "");
      const recording = scratch.path("mixed.webm");
      for (const part of [silent, both, blind])
        await appendFile(recording, await readFile(part ?? ""));
      const result = await convert(recording);
      expect(result).to.deep.include({ failures: [], absent: [], streams: 3 });
      const { video, audio } = await describeOutputs(result);
      expect(video?.video).to.include({ width: 320, height: 180 });
      for (const track of [video?.video, video?.audio, audio?.audio]) {
        expect(track?.endSeconds).to.be.closeTo(6, 0.25);
      }
    });

    it("converts MP4 that is called WebM", async () => {
      const recording = scratch.path("mp4.webm");
      const codecs = [
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
        "-profile:v",
        "main",
        "-c:a",
        "aac",
      ];
      await generate(...pictures("160x120", 3), ...tone(3), ...codecs, "-f", "mp4", recording);
      const result = await convert(recording);
      expect(result.recordedSeconds).to.be.closeTo(3, 0.1);
      const { video, audio } = await describeOutputs(result);
      expect(video?.video).to.include({ profile: "Main", frames: 75 });
      expect(audio?.audio?.endSeconds).to.be.closeTo(3, 0.1);
    });

    it("encodes H.264 that not every player understands", async () => {
      const recording = scratch.path("444.mkv");
      const codec = ["-c:v", "libx264", "-pix_fmt", "yuv444p", "-preset", "ultrafast"];
      await generate(...pictures("160x120", 1), ...codec, "-f", "matroska", recording);
      const { video } = await describeOutputs(await convert(recording));
      expect(video?.video).to.include({ pixFmt: "yuv420p", frames: 25 });
    });

    it("encodes H.264 whose parameters change on the way", async () => {
      const codec = ["-c:v", "libx264", "-profile:v", "baseline", "-pix_fmt", "yuv420p"];
      for (const refs of ["1", "4"]) {
        const raw = [...codec, "-refs", refs, "-f", "h264", scratch.path(`${refs}.h264`)];
        await generate(...pictures("160x120", 2), ...raw);
        await appendFile(scratch.path("all.h264"), await readFile(scratch.path(`${refs}.h264`)));
      }
      const recording = scratch.path("changing.mkv");
      const raw = ["-r", "25", "-f", "h264", "-i", scratch.path("all.h264")];
      await generate(
        ...raw,
        ...tone(4),
        "-c:v",
        "copy",
        "-c:a",
        "libopus",
        "-live",
        "1",
        recording,
      );
      const result = await convert(recording, { options: { preset: "veryfast" } });
      expect(result.failures).to.deep.equal([]);
      const { video, audio } = await describeOutputs(result);
      expect(video?.video).to.include({ profile: "High", frames: 100 });
      expect(video?.audio?.endSeconds).to.be.closeTo(4, 0.1);
      expect(audio?.audio?.endSeconds).to.be.closeTo(4, 0.1);
    });

    it("does not take a short output for a success, whatever ffmpeg's exit code", async () => {
      const recording = scratch.path("h264.webm");
      await writeStart(recording, "h264", 300_000);
      const short = `case "$*" in *pipe:0*) head -c 100000 | "${binaries.ffmpeg}" "$@";; *) exec "${binaries.ffmpeg}" "$@";; esac`;
      const result = await convertRecording(request(recording, { binaries: await wrapped(short) }));
      expect(result).to.include({ ok: false, code: "CONVERSION_FAILED" });
      expect(result.ok || result.message).to.match(
        /video: its video ends after 1\.\d\d s instead of 6\.\d\d s/,
      );
      expect(await readdir(scratch.path("out"))).to.deep.equal([]);
    });

    it("keeps the sound when there is no room for the video", async () => {
      const recording = scratch.path("h264.webm");
      await writeStart(recording, "h264", 300_000);
      // 400 blocks of 512 bytes are enough for the sound of 6 s and for nothing else.
      const full = `trap '' XFSZ; ulimit -f 400; exec "${binaries.ffmpeg}" "$@"`;
      const { outputs, failures } = await convert(recording, {
        binaries: await wrapped(full),
      });
      expect(outputs.map(({ kind }) => kind)).to.deep.equal(["audio"]);
      expect(failures).to.have.length(1);
      expect(failures[0]).to.include({ kind: "video", code: "CONVERSION_FAILED" });
      expect(await readdir(scratch.path("out"))).to.deep.equal(["audio.m4a"]);
    });

    it("leaves no process behind when it is aborted", async () => {
      const abort = new AbortController();
      await mkdir(scratch.path("out"));
      const running = convert(chromiumRecording("vp9"), {
        signal: abort.signal,
        options: { preset: "medium" },
      }).catch((error) => error);
      await waitForProcessIn(scratch.path("out"));
      const reason = new Error("cancelled");
      abort.abort(reason);
      expect(await running).to.equal(reason);
      expect(await processesIn(scratch.path("out"))).to.deep.equal([]);
    });

    async function wrapped(script: string): Promise<FfmpegBinaries> {
      const ffmpeg = scratch.path("ffmpeg");
      await writeFile(ffmpeg, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return { ...binaries, ffmpeg };
    }
  });
}

describe("a conversion", function () {
  this.timeout(30_000);
  const scratch = useScratch();

  function convert(recording: string, workDir = scratch.path("out")) {
    return convertRecording({ recording, workDir, binaries: npmBuild });
  }

  it("refuses a recording that is not there, empty, or without a block", async () => {
    await writeFile(scratch.path("empty.webm"), "");
    await writeStart(scratch.path("head.webm"), "vp9", 300);
    for (const [name, message] of [
      ["none.webm", "The bot left no recording."],
      ["empty.webm", "The recording is empty."],
      ["head.webm", "The recording has no picture or sound."],
    ] as const) {
      const result = await convert(scratch.path(name));
      expect(result).to.deep.equal({ ok: false, code: "NO_RECORDING", message });
    }
  });

  it("rejects with the signal's reason", async () => {
    const reason = new Error("cancelled");
    const signal = AbortSignal.abort(reason);
    const recording = chromiumRecording("h264");
    const request = { recording, workDir: scratch.path("out"), binaries: npmBuild, signal };
    expect(await convertRecording(request).catch((error) => error)).to.equal(reason);
  });

  it("refuses garbage", async () => {
    await writeFile(scratch.path("garbage.webm"), Buffer.alloc(100_000, "garbage"));
    expect(await convert(scratch.path("garbage.webm"))).to.deep.equal({
      ok: false,
      code: "CONVERSION_FAILED",
      message: "The recording is damaged: no picture or sound can be read.",
    });
  });

  it("refuses a scratch folder that cannot be written", async () => {
    await writeFile(scratch.path("file"), "");
    for (const workDir of [scratch.path("file"), scratch.path("file/out")]) {
      expect(await convert(chromiumRecording("h264"), workDir)).to.deep.equal({
        ok: false,
        code: "CONVERSION_FAILED",
        message: "The scratch folder cannot be written.",
      });
    }
  });

  it("needs no more memory for a large recording", async () => {
    const recording = scratch.path("large.webm");
    const small = await readFile(chromiumRecording("h264"));
    const cluster = small.indexOf(Buffer.from("1f43b675", "hex"), small.length / 2);
    await writeFile(recording, small.subarray(0, cluster));
    const padding = element(VOID, Buffer.alloc(1024 * 1024));
    for (let i = 0; i < 160; i++) await appendFile(recording, padding);
    await appendFile(recording, small.subarray(cluster));

    const before = process.memoryUsage().rss;
    let peak = before;
    const sampling = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 5);
    const result = await convert(recording).finally(() => clearInterval(sampling));
    expect(result).to.include({ ok: true, recordedSeconds: 19.968 });
    expect(peak - before).to.be.below(64 * 1024 * 1024);
  });
});
