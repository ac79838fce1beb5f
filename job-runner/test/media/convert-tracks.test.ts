import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { filledTrack } from "../../src/media/recording-layout.ts";
import { builds } from "./support/builds.ts";
import { describeOutputs, useConversion } from "./support/conversion.ts";
import {
  chromiumRecording,
  generate,
  hasIndexInFront,
  LIVE_VP8,
  layoutOf,
  pictures,
  tone,
  writeStart,
} from "./support/recordings.ts";

/** An Opus block of Chromium's is 60 ms long, and only its beginning is stamped. */
const BLOCK_SECONDS = 0.06;
const TOLERANCE_SECONDS = 0.05;

for (const binaries of builds) {
  describe(`missing and several tracks converted by ffmpeg ${binaries.version}`, function () {
    this.timeout(60_000);
    const { scratch, convert } = useConversion(binaries);

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
  });
}
