import { readSettings, recordingSettings } from "@meeting-bot/core";
import { expect } from "chai";
import { DEFAULT_CONVERSION_OPTIONS } from "../../src/media/conversion-plan.ts";
import { conversionOptionsOf } from "../../src/media/derive-options.ts";
import { derivedKinds } from "../../src/media/derive-plan.ts";

describe("what the formats come to", () => {
  it("is what is derived", () => {
    expect(derivedKinds(["video.mp4", "audio.wav", "raw.webm", "thumbnail.jpg"])).to.deep.equal([
      "wav",
      "thumbnail",
    ]);
  });
});

describe("conversionOptionsOf", () => {
  it("is a conversion like the usual one by default", () => {
    expect(conversionOptionsOf(readSettings(recordingSettings, {}))).to.deep.equal(
      DEFAULT_CONVERSION_OPTIONS,
    );
  });

  it("is what was asked for", () => {
    const asked = { VIDEO_PRESET: "fast", VIDEO_CRF: "1", VIDEO_MAX_HEIGHT: "360" };
    const options = readSettings(recordingSettings, { ...asked, AUDIO_BITRATE_KBPS: "96" });
    expect(conversionOptionsOf(options)).to.deep.equal({
      outputs: ["video", "audio"],
      preset: "fast",
      crf: 1,
      audioBitrate: "96k",
      maxHeight: 360,
    });
  });

  for (const [formats, outputs] of [
    ["video.mp4", ["video"]],
    ["audio.m4a", ["audio"]],
    ["audio.mp3,audio.wav,audio.opus,raw.webm", []],
    ["audio.m4a,thumbnail.jpg", ["video", "audio"]],
  ] as const) {
    it(`makes ${outputs.join(" and ") || "nothing"} for ${formats}`, () => {
      const options = readSettings(recordingSettings, { RECORDING_FORMATS: formats });
      expect(conversionOptionsOf(options).outputs).to.deep.equal(outputs);
    });
  }
});
