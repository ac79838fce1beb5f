import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { expect } from "chai";
import { parseMediaInfo } from "../../src/media/media-info.ts";
import { probeMedia } from "../../src/media/probe.ts";
import { builds } from "./support/builds.ts";
import { chromiumRecording, generate, pictures, tone } from "./support/recordings.ts";
import { useScratch } from "./support/scratch.ts";

for (const { ffprobe, version } of builds) {
  describe(`ffprobe beside ffmpeg ${version}`, function () {
    this.timeout(20_000);
    const scratch = useScratch();

    it("describes a live recording, which has no duration", async () => {
      const info = await probeMedia(ffprobe, chromiumRecording("h264"));
      expect(info).to.include({ container: "matroska,webm", durationSeconds: undefined });
      expect(info?.video).to.include({
        codec: "h264",
        profile: "Constrained Baseline",
        pixFmt: "yuvj420p",
        width: 1280,
        height: 720,
        fieldOrder: "progressive",
        endSeconds: undefined,
      });
      expect(info?.audio).to.include({ codec: "opus", sampleRate: 48_000, channels: 2 });
    });

    it("describes a stream of bytes, and lets go of it", async () => {
      const input = createReadStream(chromiumRecording("vp9"));
      expect((await probeMedia(ffprobe, input))?.video).to.include({ codec: "vp9", width: 1280 });
      expect(input.destroyed).to.equal(true);
    });

    it("describes an MP4 with its frames and the ends of its tracks", async () => {
      const codecs = ["-c:v", "libx264", "-c:a", "aac"];
      await generate(...pictures("160x120", 2), ...tone(1), ...codecs, scratch.path("a.mp4"));
      const info = await probeMedia(ffprobe, scratch.path("a.mp4"));
      expect(info?.container).to.contain("mp4");
      expect(info?.durationSeconds).to.be.closeTo(2, 0.05);
      expect(info?.video).to.include({ codec: "h264", frames: 50 });
      expect(info?.audio?.endSeconds).to.be.closeTo(1, 0.05);
    });

    it("makes nothing of what is no recording", async () => {
      await writeFile(scratch.path("garbage"), Buffer.alloc(10_000, "garbage"));
      expect(await probeMedia(ffprobe, scratch.path("garbage"))).to.equal(undefined);
      expect(await probeMedia(ffprobe, scratch.path("none"))).to.equal(undefined);
    });

    it("rejects with the signal's reason", async () => {
      const reason = new Error("enough");
      const probing = probeMedia(ffprobe, chromiumRecording("vp9"), AbortSignal.abort(reason));
      expect(await probing.catch((error) => error)).to.equal(reason);
    });
  });
}

describe("what ffprobe says", () => {
  it("is read without what it could not find out", () => {
    const streams = [
      { codec_type: "video", codec_name: "h264", width: 0 },
      {
        codec_type: "audio",
        codec_name: "opus",
        sample_rate: "48000",
        channels: 1,
        duration: "N/A",
      },
    ];
    expect(parseMediaInfo(JSON.stringify({ streams, format: { format_name: "x" } }))).to.deep.equal(
      {
        container: "x",
        durationSeconds: undefined,
        video: undefined,
        audio: { codec: "opus", sampleRate: 48_000, channels: 1, endSeconds: undefined },
      },
    );
  });

  it("ends a track where its last frame ends, counted from the file's beginning", () => {
    const stream = { codec_type: "audio", channels: 1, start_time: "3.0", duration: "2.5" };
    expect(parseMediaInfo(JSON.stringify({ streams: [stream] })).audio?.endSeconds).to.equal(5.5);
  });
});
