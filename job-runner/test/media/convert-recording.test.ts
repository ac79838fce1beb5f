import { readdir, readFile } from "node:fs/promises";
import { expect } from "chai";
import type { ConvertedRecording } from "../../src/media/converted-recording.ts";
import { filledTrack } from "../../src/media/recording-layout.ts";
import { builds } from "./support/builds.ts";
import { describeOutputs, useConversion } from "./support/conversion.ts";
import {
  changingH264,
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

/** An Opus block of Chromium's is 60 ms long, and only its beginning is stamped. */
const BLOCK_SECONDS = 0.06;
const TOLERANCE_SECONDS = 0.05;

for (const binaries of builds) {
  describe(`a conversion by ffmpeg ${binaries.version}`, function () {
    this.timeout(60_000);
    const { scratch, convert, wrapped } = useConversion(binaries);

    /** The file's outputs end with its last time stamps and hold all of its frames. */
    async function expectFaithful(recording: string, result: ConvertedRecording) {
      const [stream] = (await layoutOf(recording)).streams;
      const frames = stream && filledTrack(stream, "video");
      const sound = stream && filledTrack(stream, "audio");
      const { video, audio } = await describeOutputs(result);
      expect(video?.video?.frames).to.equal(frames?.blocks);
      const times = await videoTimes(scratch.path("out/video.mp4"));
      const lastVideo = (frames?.lastMs ?? 0) / 1000;
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

    it("encodes no picture when only sound is wanted", async () => {
      const recording = scratch.path("vp9.webm");
      await writeStart(recording, "vp9", 300_000);
      const blind = await wrapped(
        `case "$*" in *0:v*) exit 1;; esac; exec "${binaries.ffmpeg}" "$@"`,
      );
      const result = await convert(recording, { options: { outputs: ["audio"] }, binaries: blind });
      expect(result).to.deep.include({ failures: [], absent: [] });
      expect(result.outputs.map(({ kind }) => kind)).to.deep.equal(["audio"]);
      const { audio } = await describeOutputs(result);
      expect(audio?.audio?.endSeconds).to.be.closeTo(result.recordedSeconds, 0.1);
    });

    it("makes nothing of a recording that has nothing of what is wanted", async () => {
      const recording = scratch.path("silent.webm");
      await generate(...pictures("160x120", 1), ...LIVE_VP8, recording);
      const result = await convert(recording, { options: { outputs: ["audio"] } });
      expect(result).to.deep.include({ outputs: [], failures: [], absent: ["audio"] });
      expect(result.recordedSeconds).to.be.closeTo(1, 0.1);
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
      const recording = scratch.path("changing.mkv");
      await changingH264(recording, scratch.path());
      const result = await convert(recording, { options: { preset: "veryfast" } });
      expect(result.failures).to.deep.equal([]);
      const { video, audio } = await describeOutputs(result);
      expect(video?.video).to.include({ profile: "High", frames: 100 });
      expect(video?.audio?.endSeconds).to.be.closeTo(4, 0.1);
      expect(audio?.audio?.endSeconds).to.be.closeTo(4, 0.1);
    });
  });
}
