import { inspect } from "node:util";
import { expect } from "chai";
import { parseRecordingOptions } from "../../src/meeting/recording-options.ts";
import { readSettings } from "../../src/settings/read-settings.ts";
import { recordingSettings } from "../../src/settings/recording.ts";

const DEFAULTS = readSettings(recordingSettings, { VIDEO_CRF: "30", CONVERSION: "after" });
const ALLOWED = "video.mp4, audio.m4a, audio.mp3, audio.wav, audio.opus, raw.webm, thumbnail.jpg";

const parse = (value: unknown) => parseRecordingOptions(value, DEFAULTS);

/** What is told, as sentences. */
function problemsOf(value: unknown): string[] {
  const parsed = parse(value);
  if (parsed.ok) throw new Error(`accepted as ${inspect(parsed.options)}`);
  return parsed.problems.map(({ field, message }) => `${field} ${message}`);
}

describe("parseRecordingOptions", () => {
  it("takes the defaults where nothing is asked for", () => {
    for (const nothing of [undefined, null, {}, { crf: null, formats: null }]) {
      expect(parse(nothing)).to.deep.equal({ ok: true, options: DEFAULTS });
    }
  });

  it("takes everything that can be asked for", () => {
    const parsed = parse({
      formats: ["thumbnail.jpg", "audio.mp3", "video.mp4", "audio.mp3"],
      crf: 1,
      preset: "veryfast",
      max_height: 720,
      audio_bitrate: 96,
      conversion: "live",
      max_duration_minutes: 90.5,
    });
    expect(parsed).to.deep.equal({
      ok: true,
      options: {
        recordingFormats: ["video.mp4", "audio.mp3", "thumbnail.jpg"],
        videoCrf: 1,
        videoPreset: "veryfast",
        videoMaxHeight: 720,
        audioBitrateKbps: 96,
        conversion: "live",
        maxDurationMinutes: 90.5,
      },
    });
  });

  it("keeps the defaults of what is not asked for, and nothing else of a configuration", () => {
    const configuration = { ...DEFAULTS, claimToken: "secret" };
    expect(parseRecordingOptions({ crf: 18 }, configuration)).to.deep.equal({
      ok: true,
      options: { ...DEFAULTS, videoCrf: 18 },
    });
  });

  const wrong: [option: string, values: unknown[], told: string][] = [
    [
      "formats",
      [[], "video.mp4", ["mp4"], ["video.mp4", 7], [["video.mp4"]], ["video.mp4,audio.m4a"], {}],
      `must be a list of one or more of ${ALLOWED}`,
    ],
    ["crf", [0, -1, 52, 23.5, "23", Number.NaN, [23], true], "must be a whole number from 1 to 51"],
    [
      "preset",
      ["placebo", "", 7, ["medium"]],
      "must be one of ultrafast, superfast, veryfast, faster, fast, medium, slow",
    ],
    ["max_height", [-1, 4321, "720"], "must be a whole number from 0 to 4320"],
    ["audio_bitrate", [31, 257, "128k"], "must be a whole number from 32 to 256"],
    ["conversion", ["later", true], "must be one of live, after"],
    [
      "max_duration_minutes",
      [0.5, -5, "30", Number.NaN, Number.POSITIVE_INFINITY, { minutes: 30 }],
      "must be a number of at least 1",
    ],
  ];
  for (const [option, values, told] of wrong) {
    for (const value of values) {
      it(`refuses ${inspect(value)} for ${option}`, () => {
        expect(problemsOf({ [option]: value })).to.deep.equal([
          `recording_options.${option} ${told}`,
        ]);
      });
    }
  }

  it("refuses options that there are not, by their names", () => {
    expect(problemsOf({ quality: "high", crf: 23, toString: 1 })).to.deep.equal([
      'recording_options has no option "quality", "toString": there are formats, crf, preset, max_height, audio_bitrate, conversion, max_duration_minutes',
    ]);
  });

  it("names few of many options that there are not, and little of a long one", () => {
    const many = ["a".repeat(1000), ..."bcdefg"];
    const [told = ""] = problemsOf(Object.fromEntries(many.map((name) => [name, 1])));
    expect(told).to.contain(`has no option "${"a".repeat(40)}", "b", "c", "d", "e" and others:`);
  });

  it("shows nothing of an option's name that a reader could not see, or that would mislead him", () => {
    const [told] = problemsOf({ "x\u202ey\u200b\n": 1 });
    expect(told).to.contain('has no option "x?y?\\n"');
  });

  it("refuses options that are nested without end, or hold what JSON cannot", () => {
    const text = `${'{"a":'.repeat(50)}1${"}".repeat(50)}`;
    for (const value of [JSON.parse(text), { crf: { a: [[[[[[[[[1]]]]]]]]] } }, { crf: 7n }]) {
      expect(problemsOf(value)).to.deep.equal([
        "recording_options must hold only texts, numbers, booleans, lists and maps, at most 8 levels deep",
      ]);
    }
  });

  it("tells everything that is wrong at once", () => {
    const fields = problemsOf({ crf: 99, quality: "high", conversion: 1 });
    expect(fields.map((told) => told.split(" ")[0])).to.deep.equal([
      "recording_options.crf",
      "recording_options.conversion",
      "recording_options",
    ]);
  });

  it("refuses what is no map", () => {
    for (const value of ["mp4", ["video.mp4"], 7]) {
      expect(problemsOf(value)).to.deep.equal(["recording_options must be a map"]);
    }
  });
});
