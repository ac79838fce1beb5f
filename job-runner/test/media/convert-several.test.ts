import { readdir, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { convertRecording } from "../../src/media/convert-recording.ts";
import { filledTrack } from "../../src/media/recording-layout.ts";
import { builds } from "./support/builds.ts";
import { describeOutputs, useConversion } from "./support/conversion.ts";
import {
  chromiumRecording,
  generate,
  layoutOf,
  pictures,
  tone,
  writeStart,
} from "./support/recordings.ts";

for (const binaries of builds) {
  describe(`several recordings converted by ffmpeg ${binaries.version}`, function () {
    this.timeout(60_000);
    const { scratch, request, convert } = useConversion(binaries);

    it("become one file in order", async () => {
      const [early, late] = [scratch.path("early.webm"), chromiumRecording("h264")];
      await writeStart(early, "h264", 300_000);
      const result = await convert(early, { recordings: [early, late] });
      const layouts = await Promise.all([early, late].map(layoutOf));
      const streams = layouts.flatMap(({ streams: [stream] }) => stream ?? []);
      const [earlySeconds = 0, lateSeconds = 0] = streams.map(
        ({ firstMs = 0, lastMs = 0 }) => (lastMs - firstMs) / 1000,
      );
      expect(result).to.deep.include({ streams: 2, truncated: true });
      expect(result.recordedSeconds).to.equal(earlySeconds + lateSeconds);
      const frames = streams.map((stream) => filledTrack(stream, "video")?.blocks ?? 0);
      const { video, audio } = await describeOutputs(result);
      expect(video?.video?.frames).to.equal((frames[0] ?? 0) + (frames[1] ?? 0));
      for (const track of [video?.video, video?.audio, audio?.audio]) {
        expect(track?.endSeconds).to.be.closeTo(earlySeconds + lateSeconds, 0.15);
      }
      expect(await readdir(scratch.path("out"))).to.have.members(["video.mp4", "audio.m4a"]);
    });

    it("may be of different kinds", async () => {
      const [webm, mp4] = [scratch.path("vp9.webm"), scratch.path("recording.mp4")];
      await writeStart(webm, "vp9", 150_000);
      await generate(...pictures("160x120", 2), ...tone(2), "-c:v", "libx264", mp4);
      const result = await convert(mp4, { recordings: [mp4, webm] });
      const [video] = result.outputs;
      expect(video).to.include({ kind: "video", width: 160, height: 120 });
      expect(video?.durationSeconds).to.be.closeTo(result.recordedSeconds, 0.15);
    });

    it("are passed over when they hold nothing", async () => {
      const [empty, good] = [scratch.path("empty.webm"), scratch.path("good.webm")];
      await writeFile(empty, "");
      await writeStart(good, "h264", 100_000);
      const whole = await convert(good);
      const result = await convert(good, { recordings: [empty, good, scratch.path("none.webm")] });
      expect(result.recordedSeconds).to.equal(whole.recordedSeconds);
      expect(result.streams).to.equal(1);
    });

    it("miss something when one of them is garbage", async () => {
      const garbage = scratch.path("garbage.webm");
      await writeFile(garbage, Buffer.alloc(100_000, "garbage"));
      const good = chromiumRecording("h264");
      expect((await convert(good)).truncated).to.equal(false);
      expect(await convert(good, { recordings: [good, garbage] })).to.include({ truncated: true });
      const empty = scratch.path("empty.webm");
      await writeFile(empty, "");
      const hopeless = await convertRecording(request(good, { recordings: [garbage, empty] }));
      expect(hopeless).to.include({ ok: false, code: "CONVERSION_FAILED" });
    });
  });
}
