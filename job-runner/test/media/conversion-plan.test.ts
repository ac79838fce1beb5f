import { expect } from "chai";
import {
  conversionArguments,
  DEFAULT_CONVERSION_OPTIONS as defaults,
  encodedSize,
  isCopyable,
  joinArguments,
  MUXERS,
  readParameterHashes,
} from "../../src/media/conversion-plan.ts";
import type { VideoInfo } from "../../src/media/media-info.ts";

const video: VideoInfo = {
  codec: "h264",
  profile: "Constrained Baseline",
  pixFmt: "yuvj420p",
  width: 1280,
  height: 720,
  fieldOrder: "progressive",
};

describe("copy or encode", () => {
  for (const profile of ["Baseline", "Constrained Baseline", "Main", "High"]) {
    it(`copies H.264 ${profile}`, () => {
      expect(isCopyable({ ...video, profile }, defaults)).to.equal(true);
    });
  }

  for (const [what, difference] of Object.entries({
    "another codec": { codec: "vp9" },
    "4:4:4": { profile: "High 4:4:4 Predictive", pixFmt: "yuv444p" },
    "4:2:2 under a plain name": { pixFmt: "yuv422p" },
    "ten bits": { profile: "High 10" },
    interlaced: { fieldOrder: "tt" },
    "of unknown field order": { fieldOrder: "unknown" },
    "an odd width": { width: 1279 },
    "an odd height": { height: 719 },
  })) {
    it(`encodes what is ${what}`, () => {
      expect(isCopyable({ ...video, ...difference }, defaults)).to.equal(false);
    });
  }

  it("encodes what is higher than allowed", () => {
    expect(isCopyable(video, { ...defaults, maxHeight: 720 })).to.equal(true);
    expect(isCopyable(video, { ...defaults, maxHeight: 719 })).to.equal(false);
  });
});

describe("the size to encode at", () => {
  for (const [from, maxHeight, to] of [
    ["1280x720", undefined, "1280x720"],
    ["641x361", undefined, "640x360"],
    ["1x1", undefined, "2x2"],
    ["1920x1080", 720, "1280x720"],
    ["640x360", 720, "640x360"],
    ["1000x999", 361, "360x360"],
  ] as const) {
    it(`of ${from} ${maxHeight ? `at most ${maxHeight} high ` : ""}is ${to}`, () => {
      const [width = 0, height = 0] = from.split("x").map(Number);
      const size = encodedSize({ width, height }, { ...defaults, maxHeight });
      expect(`${size.width}x${size.height}`).to.equal(to);
    });
  }
});

describe("ffmpeg's arguments", () => {
  const both = { video: "video.mp4", audio: "audio.m4a" };
  const sound =
    "-map 0:a:0 -af aresample=48000:async=1:first_pts=0 -c:a aac -b:a 128k -aac_coder fast";
  const tee = "-max_muxing_queue_size 4096 -f tee -flags +global_header";
  const mp4 = "[f=mp4:movflags=+faststart:video_track_timescale=16000:onfail=ignore]video.mp4";
  const m4a = "[select=a:f=ipod:movflags=+faststart:onfail=ignore]audio.m4a";

  it("encode video and sound once for both outputs", () => {
    const plan = {
      outputs: both,
      video: { mode: "encode" as const, size: { width: 640, height: 360 } },
      audio: { mode: "encode" as const },
    };
    expect(conversionArguments(plan, defaults, "-fps_mode").join(" ")).to.equal(
      "-map 0:v:0 -vf scale=w=640:h=360:force_original_aspect_ratio=decrease:out_range=tv," +
        "pad=640:360:-1:-1,setsar=1,format=yuv420p -color_range tv -c:v libx264 -preset medium " +
        `-crf 23 -fps_mode vfr -enc_time_base:v -1 ${sound} ${tee} ${mp4}|${m4a}`,
    );
  });

  it("copy video and log its parameters", () => {
    const plan = {
      outputs: both,
      video: { mode: "copy" as const },
      audio: { mode: "encode" as const },
    };
    expect(conversionArguments(plan, defaults, "-vsync").join(" ")).to.equal(
      `-map 0:v:0 -c:v copy ${sound} ${tee} ${mp4}|${m4a} -map 0:v:0 -c copy ` +
        "-bsf:v h264_mp4toannexb,filter_units=pass_types=7 -f framemd5 parameters.framemd5",
    );
  });

  it("leave out the sound that is not there", () => {
    const plan = { outputs: { video: "video.mp4" }, video: { mode: "copy" as const } };
    expect(conversionArguments(plan, defaults, "-vsync").join(" ")).to.match(
      /^-map 0:v:0 -c:v copy -max_muxing_queue_size 4096 .*video\.mp4 -map/,
    );
  });

  it("leave out the pictures that are not wanted", () => {
    const plan = {
      outputs: { audio: "audio.m4a" },
      video: { mode: "copy" as const },
      audio: { mode: "encode" as const },
    };
    expect(conversionArguments(plan, defaults, "-vsync").join(" ")).to.equal(
      `${sound} ${tee} ${m4a}`,
    );
  });

  it("join pieces without encoding again", () => {
    expect(joinArguments(MUXERS.audio, "audio.m4a").join(" ")).to.equal(
      "-map 0 -c copy -movflags +faststart -f ipod audio.m4a",
    );
  });
});

describe("the parameter log", () => {
  it("tells distinct parameters apart", () => {
    const log =
      "#format: frame checksums\n0, 0, 0, 0, 22, aa\n0, 9, 9, 0, 22, aa\n0, 12, 12, 0, 22, bb\n";
    expect(readParameterHashes(log)).to.deep.equal(["aa", "bb"]);
    expect(readParameterHashes("")).to.deep.equal([]);
  });
});
