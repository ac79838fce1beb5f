import fc, { type Arbitrary } from "fast-check";
import { hostileTexts, plainTexts } from "./texts.ts";

const segments = fc.oneof(
  { weight: 4, arbitrary: plainTexts },
  { weight: 1, arbitrary: fc.constantFrom(".", "..", "", "...", "%2e%2e", "raw", "..\\..", "~") },
  { weight: 1, arbitrary: hostileTexts },
);

/** Paths that a document may name for its recording, some of them usable. */
export const recordingPaths: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.array(plainTexts, { minLength: 1, maxLength: 5 }).map(join) },
  { weight: 3, arbitrary: fc.array(segments, { maxLength: 6 }).map(join) },
  { weight: 1, arbitrary: hostileTexts },
);

function join(parts: readonly string[]): string {
  return parts.join("/");
}
