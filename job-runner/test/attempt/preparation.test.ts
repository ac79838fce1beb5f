import { stat, writeFile } from "node:fs/promises";
import { type BotInstance, HOUR, MINUTE } from "@meeting-bot/core";
import { expect } from "chai";
import { NOW, started } from "../../../core/test/support/instances.ts";
import { expectedMs, type PrepareServices, prepare } from "../../src/attempt/preparation.ts";
import { readConfig } from "../../src/config.ts";
import { npmBuild } from "../media/support/builds.ts";
import { useScratch } from "../media/support/scratch.ts";

const GIGABYTE = 1e9;

describe("prepare", () => {
  const scratch = useScratch();

  /** Prepares an instance of an hour with a disk that has room for it. */
  function prepareWith(fields: Partial<BotInstance>, more: Partial<PrepareServices> = {}) {
    const services = {
      config: readConfigIn(scratch.path("volume")),
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
      findBinaries: async () => npmBuild,
      freeBytes: async () => 10 * GIGABYTE,
      ...more,
    };
    return prepare(services, started({ id: "i1", ...fields }));
  }

  function readConfigIn(SCRATCH_DIR: string) {
    return readConfig({
      BOT_INSTANCE_PATH: "bot_instances/i1",
      CLAIM_TOKEN: "token",
      GCP_PROJECT_ID: "project",
      GCS_BUCKET: "bucket",
      VIDEO_CRF: "30",
      SCRATCH_DIR,
    });
  }

  it("gives the path, the meeting's options over the project's, and ffmpeg, and makes the folder", async () => {
    const prepared = await prepareWith({ gcsPath: "a/b", recordingOptions: { preset: "slow" } });
    if ("code" in prepared) throw new Error(prepared.message);
    expect(prepared).to.include({ path: "a/b", binaries: npmBuild });
    expect(prepared.options).to.deep.include({
      videoPreset: "slow",
      videoCrf: 30,
      recordingFormats: ["video.mp4", "audio.m4a"],
    });
    expect((await stat(scratch.path("volume/.outputs"))).isDirectory()).to.equal(true);
  });

  it("refuses a path that leads elsewhere", async () => {
    expect(await prepareWith({ gcsPath: "../x" })).to.include({
      code: "INVALID_MEETING",
      message: "gcs_path has a segment . or ...",
    });
  });

  it("names every option that is wrong", async () => {
    const refused = await prepareWith({ recordingOptions: { crf: "good", max_height: -1 } });
    expect(refused).to.include({ code: "INVALID_MEETING", stage: "request", retryable: false });
    expect(refused)
      .to.have.property("message")
      .that.matches(
        /^recording_options\.crf must be .+; recording_options\.max_height must be .+\.$/,
      );
  });

  it("says that there is no ffmpeg", async () => {
    const findBinaries = () => Promise.reject(new Error("ffmpeg cannot be run"));
    expect(await prepareWith({}, { findBinaries })).to.include({
      code: "CONVERSION_FAILED",
      message: "Nothing could be converted: ffmpeg cannot be run.",
    });
  });

  it("says that the scratch folder cannot be written, which no other attempt would mend", async () => {
    const file = scratch.path("file");
    await writeFile(file, "");
    const refused = await prepareWith({}, { config: readConfigIn(file) });
    expect(refused).to.include({ code: "NO_RECORDING", retryable: false });
    expect(refused)
      .to.have.property("message")
      .that.contains(`The scratch folder ${file}/.outputs cannot be written (ENOTDIR).`)
      .and.contains("SCRATCH_DIR");
  });

  it("says that the meeting does not fit on the disk, which no other attempt would mend", async () => {
    const refused = await prepareWith({}, { freeBytes: async () => GIGABYTE });
    expect(refused).to.include({ code: "NO_RECORDING", retryable: false });
    expect(refused)
      .to.have.property("message")
      .that.contains("1.25 h at 1500 kb/s")
      .and.contains("SCRATCH_STORAGE_SIZE");
  });

  it("needs no room for a recording when it is only to finish one", async () => {
    const prepared = await prepareWith({ finishOnly: true }, { freeBytes: async () => GIGABYTE });
    expect(prepared).not.to.have.property("code");
  });
});

describe("expectedMs", () => {
  const config = { maxRecordingMinutes: 600, restarts: 0 };

  it("is what is left of the meeting and some overtime", () => {
    expect(expectedMs({ endAt: NOW + HOUR }, {}, config, NOW)).to.equal(75 * MINUTE);
    expect(expectedMs({ endAt: NOW - HOUR }, {}, config, NOW)).to.equal(15 * MINUTE);
  });

  it("is an hour when nobody says when the meeting ends", () => {
    expect(expectedMs({}, {}, config, NOW)).to.equal(HOUR);
  });

  it("is no more than what the meeting or the project allows", () => {
    const endAt = NOW + 20 * HOUR;
    expect(expectedMs({ endAt }, {}, config, NOW)).to.equal(10 * HOUR);
    expect(expectedMs({ endAt }, { maxDurationMinutes: 5 }, config, NOW)).to.equal(5 * MINUTE);
  });

  it("is nothing when no bot is sent any more, or ever", () => {
    expect(expectedMs({ endAt: NOW + HOUR, finishOnly: true }, {}, config, NOW)).to.equal(0);
    const source = { uri: "s3://bucket/key", recordingId: "r" };
    expect(expectedMs({ endAt: NOW + HOUR, source }, {}, config, NOW)).to.equal(0);
  });

  it("is nothing for a manager that was started again: the recording has its room", () => {
    const again = { ...config, restarts: 1 };
    expect(expectedMs({ endAt: NOW + HOUR }, {}, again, NOW)).to.equal(0);
  });
});
