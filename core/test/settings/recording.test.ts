import { expect } from "chai";
import { managerSettings } from "../../src/settings/manager.ts";
import { examineSettings, readSettings } from "../../src/settings/read-settings.ts";
import { recordingSettings } from "../../src/settings/recording.ts";

const formatsIn = (text: string) =>
  readSettings(recordingSettings, { RECORDING_FORMATS: text }).recordingFormats;

describe("the settings of recordings", () => {
  it("make an MP4 and an M4A of good quality, live, by default", () => {
    expect(readSettings(recordingSettings, {})).to.deep.equal({
      recordingFormats: ["video.mp4", "audio.m4a"],
      videoCrf: 23,
      videoPreset: "medium",
      videoMaxHeight: 0,
      audioBitrateKbps: 128,
      conversion: "live",
    });
  });

  it("travel to the manager with each launch", () => {
    expect(managerSettings).to.include(recordingSettings);
  });

  it("list the formats once each, in one order", () => {
    expect(formatsIn("raw.webm, audio.mp3,video.mp4,raw.webm")).to.deep.equal([
      "video.mp4",
      "audio.mp3",
      "raw.webm",
    ]);
  });

  for (const text of ["mp4", "video.mp4,", "video.mp4 audio.m4a", "video.mp4,constructor"]) {
    it(`refuse ${text} as formats`, () => {
      const { problems } = examineSettings(recordingSettings, { RECORDING_FORMATS: text });
      expect(problems).to.deep.equal([
        `RECORDING_FORMATS is "${text}", but must be one or more of video.mp4, audio.m4a, audio.mp3, audio.wav, audio.opus, raw.webm, thumbnail.jpg, separated by commas.`,
      ]);
    });
  }
});
