import fc, { type Arbitrary } from "fast-check";
import { mapOf, mostly, oddFields, oddJson } from "./values.ts";

const FORMATS = ["video.mp4", "audio.m4a", "audio.mp3", "audio.wav", "raw.webm", "thumbnail.jpg"];
const numbers = fc.oneof(
  fc.integer({ min: -10, max: 5000 }),
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 1e308, Number.MAX_SAFE_INTEGER),
);

/** What a user may write into `recording_options`, some of it what can be asked for. */
function optionsWith(odd: Arbitrary<unknown>): Arbitrary<unknown> {
  const number = fc.oneof(numbers, odd);
  const options: Record<string, Arbitrary<unknown>> = {
    formats: mostly(fc.subarray(FORMATS, { minLength: 1 }), odd),
    crf: mostly(fc.integer({ min: 1, max: 51 }), number),
    preset: mostly(fc.constantFrom("medium", "fast"), odd),
    max_height: mostly(fc.integer({ min: 0, max: 4320 }), number),
    audio_bitrate: mostly(fc.integer({ min: 32, max: 256 }), number),
    conversion: mostly(fc.constantFrom("live", "after"), odd),
    max_duration_minutes: mostly(fc.integer({ min: 1, max: 1000 }), number),
  };
  const known = fc
    .subarray(Object.keys(options), { maxLength: 3 })
    .chain((names) => mapOf(Object.fromEntries(names.map((name) => [name, options[name] ?? odd]))));
  const names = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom("env", "BOT_SCOPE", "__proto__", "constructor", "\u202ex", "x".repeat(500)),
  );
  const unknown = fc.dictionary(names, odd, { maxKeys: 8, noNullPrototype: true });
  return fc.oneof(
    { weight: 6, arbitrary: known },
    {
      weight: 2,
      arbitrary: fc.tuple(known, unknown).map(([ours, theirs]) => ({ ...theirs, ...ours })),
    },
    { weight: 1, arbitrary: odd },
  );
}

/** As a document may have them. */
export const recordingOptions = optionsWith(oddFields);
/** As a JSON text may have them. */
export const jsonRecordingOptions = optionsWith(oddJson);
