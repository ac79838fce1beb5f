import { expect } from "chai";
import fc from "fast-check";
import { fuzz } from "../../../test/arbitraries/fuzz.ts";
import { recordingOptions } from "../../../test/arbitraries/recording-options.ts";
import { recordingPaths } from "../../../test/arbitraries/recording-paths.ts";
import { hostileTexts } from "../../../test/arbitraries/texts.ts";
import { oddFields } from "../../../test/arbitraries/values.ts";
import { parseRecordingOptions } from "../../src/meeting/recording-options.ts";
import {
  alternativeName,
  defaultRecordingPath,
  parseRecordingPath,
  partName,
} from "../../src/object-names.ts";
import { readSettings } from "../../src/settings/read-settings.ts";
import { recordingSettings } from "../../src/settings/recording.ts";
import { expectFitToTell } from "./expectations.ts";

const PATH_RUNS = 1500;
const DEFAULT_PATH_RUNS = 500;
const OPTIONS_RUNS = 1500;

const DEFAULTS = readSettings(recordingSettings, {});

/** What no path may do, said in another way than the code says it. */
function expectHarmless(path: string): void {
  const { pathname } = new URL(
    `file:///root/${encodeURI(path).replaceAll(/[?#]/g, encodeURIComponent)}`,
  );
  expect(decodeURI(pathname)).to.match(/^\/root\/./);
  for (const segment of path.split("/")) expect(segment).not.to.be.oneOf(["", ".", ".."]);
  expect(/[\p{Cc}\p{Cs}\\]/u.test(path)).to.equal(false);
  const longest = alternativeName(partName(path, "t".repeat(500), 999_999), 99);
  expect(Buffer.byteLength(longest)).to.be.at.most(1024);
}

describe("any path for a recording", () => {
  fuzz(
    "stays where it is put, or is refused",
    fc.oneof(recordingPaths, oddFields),
    PATH_RUNS,
    (path) => {
      const parsed = parseRecordingPath(path);
      if (parsed.ok) expectHarmless(parsed.path);
      else expectFitToTell(`It ${parsed.problem}.`);
    },
  );

  const owners = fc.record({
    creatorUserId: fc.option(hostileTexts, { nil: undefined }),
    creatorOrganizationId: fc.option(hostileTexts, { nil: undefined }),
    meetingId: hostileTexts,
    instanceId: hostileTexts,
  });
  fuzz("is made of whatever ids there are", owners, DEFAULT_PATH_RUNS, (owner) => {
    const path = defaultRecordingPath(owner);
    expect(parseRecordingPath(path)).to.deep.equal({ ok: true, path });
    expectHarmless(path);
  });
});

describe("any options for a recording", () => {
  const keyOf = (minutes: number | undefined) =>
    minutes === undefined ? [] : ["maxDurationMinutes"];

  fuzz(
    "come to settings within their bounds, or are refused",
    recordingOptions,
    OPTIONS_RUNS,
    (asked) => {
      const parsed = parseRecordingOptions(asked, DEFAULTS);
      if (!parsed.ok) {
        for (const { field, message } of parsed.problems) {
          expect(field).to.match(/^recording_options(\.\w+)?$/);
          expectFitToTell(`It ${message}.`);
        }
        return;
      }
      const { options } = parsed;
      expect(options).to.have.all.keys(
        ...Object.keys(DEFAULTS),
        ...keyOf(options.maxDurationMinutes),
      );
      expect(options.videoCrf).to.be.within(1, 51);
      expect(options.videoMaxHeight).to.be.within(0, 4320);
      expect(options.audioBitrateKbps).to.be.within(32, 256);
      expect(options.recordingFormats).to.have.length.within(1, 7);
      expect(options.maxDurationMinutes ?? 1).to.be.within(1, Number.MAX_SAFE_INTEGER);
    },
  );
});
