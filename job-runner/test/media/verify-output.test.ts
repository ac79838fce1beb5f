import { writeFile } from "node:fs/promises";
import { expect } from "chai";
import type { MediaInfo } from "../../src/media/media-info.ts";
import { findFault, verifyOutput } from "../../src/media/verify-output.ts";
import { npmBuild } from "./support/builds.ts";
import { useScratch } from "./support/scratch.ts";

const video = {
  codec: "h264",
  profile: "High",
  pixFmt: "yuv420p",
  width: 640,
  height: 360,
  fieldOrder: "progressive",
  endSeconds: 20,
};
const audio = { codec: "aac", sampleRate: 48_000, channels: 2, endSeconds: 20.02 };
const info: MediaInfo = { container: "mp4", durationSeconds: 20.02, video, audio };
const expected = {
  kind: "video" as const,
  hasAudio: true,
  ends: { videoSeconds: 19.97, audioSeconds: 19.95 },
};

describe("the check of an output", () => {
  const scratch = useScratch();

  it("finds no fault with a good one", () => {
    expect(findFault(info, expected)).to.equal(undefined);
    expect(findFault({ ...info, video: undefined }, { ...expected, kind: "audio" })).to.equal(
      undefined,
    );
  });

  it("accepts any length when none is known", () => {
    expect(findFault(info, { ...expected, ends: {} })).to.equal(undefined);
  });

  it("accepts a last picture that is held", () => {
    expect(findFault({ ...info, video: { ...video, endSeconds: 25 } }, expected)).to.equal(
      undefined,
    );
  });

  for (const [what, difference, fault] of [
    ["no video", { video: undefined }, "the output has no H.264 video"],
    ["another codec", { video: { ...video, codec: "vp9" } }, "the output has no H.264 video"],
    ["no audio", { audio: undefined }, "the output has no AAC audio"],
    [
      "video that is too short",
      { video: { ...video, endSeconds: 19.4 } },
      "its video ends after 19.40 s instead of 19.97 s",
    ],
    [
      "video that is far too long",
      { video: { ...video, endSeconds: 40 } },
      "its video ends after 40.00 s instead of 19.97 s",
    ],
    [
      "audio that is too short",
      { audio: { ...audio, endSeconds: 12 } },
      "its audio ends after 12.00 s instead of 19.95 s",
    ],
    [
      "audio of no length",
      { audio: { ...audio, endSeconds: undefined } },
      "its audio ends after 0.00 s instead of 19.95 s",
    ],
  ] as const) {
    it(`finds ${what}`, () => {
      expect(findFault({ ...info, ...difference }, expected)).to.equal(fault);
    });
  }

  it("finds pictures in what should be sound", () => {
    expect(findFault(info, { ...expected, kind: "audio" })).to.equal(
      "the audio output has a video track",
    );
  });

  it("finds a file that is missing, empty or unreadable", async () => {
    await writeFile(scratch.path("empty"), "");
    await writeFile(scratch.path("garbage"), "garbage");
    for (const [name, message] of [
      ["missing", "the output was not written"],
      ["empty", "the output is empty"],
      ["garbage", "the output cannot be read"],
    ] as const) {
      expect(await verifyOutput(npmBuild.ffprobe, scratch.path(name), expected)).to.deep.equal({
        ok: false,
        message,
      });
    }
  });
});
