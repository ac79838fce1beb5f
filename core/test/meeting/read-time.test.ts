import { inspect } from "node:util";
import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import type { Problem } from "../../src/meeting/fields.ts";
import { readTime } from "../../src/meeting/read-time.ts";
import { WINDOWS_ZONES } from "../../src/meeting/windows-zones.ts";

/** A time as it is read: an instant in UTC, or the code of the problem. */
function read(start: unknown, timezone?: unknown): string | undefined {
  const problems: Problem[] = [];
  const at = readTime({ start, timezone }, "start", problems);
  expect(problems.length === 0 || at === undefined).to.equal(true);
  expect(problems.every(({ field }) => field === "start")).to.equal(true);
  return problems[0]?.code ?? (at === undefined ? undefined : new Date(at).toISOString());
}

const BERLIN = "Europe/Berlin";
const WINDOWS = "W. Europe Standard Time";

type Row = [start: unknown, timezone: unknown, read: string | undefined];
const AT_TEN = "2026-12-20T10:00:00.000Z";
const AT_NINE = "2026-12-20T09:00:00.000Z";

const TABLES: Record<string, Row[]> = {
  "an instant": [
    [Timestamp.fromDate(new Date(AT_TEN)), undefined, AT_TEN],
    [Timestamp.fromDate(new Date(AT_TEN)), "Nowhere/At_All", AT_TEN],
    ["2026-12-20T10:00Z", undefined, AT_TEN],
    ["2026-12-20T10:00:00Z", undefined, AT_TEN],
    ["2026-12-20t10:00:00z", undefined, AT_TEN],
    ["2026-12-20 10:00Z", undefined, AT_TEN],
    ["2026-12-20 10:00:00 Z", undefined, AT_TEN],
    ["2026-12-20T10:00:00.000Z", undefined, AT_TEN],
    ["2026-12-20T10:00:00.123Z", undefined, "2026-12-20T10:00:00.123Z"],
    ["2026-12-20T10:00:00.1Z", undefined, "2026-12-20T10:00:00.100Z"],
    ["2026-12-20T10:00:00,5Z", undefined, "2026-12-20T10:00:00.500Z"],
    ["2026-12-20T10:00:00.0000000Z", undefined, AT_TEN],
    ["2026-12-20T10:00:00.123456789Z", undefined, "2026-12-20T10:00:00.123Z"],
    ["2026-12-20T11:00:00+01:00", undefined, AT_TEN],
    ["2026-12-20T11:00:00+0100", undefined, AT_TEN],
    ["2026-12-20T11:00:00+01", undefined, AT_TEN],
    ["2026-12-20 11:00 +0100", undefined, AT_TEN],
    ["2026-12-20T04:30:00-0530", undefined, AT_TEN],
    ["2026-12-20T10:00:00-00:00", undefined, AT_TEN],
    ["2026-12-20T11:00:00+01:00", "America/New_York", AT_TEN],
    ["2026-12-20T11:00:00+01:00", "Nowhere/At_All", AT_TEN],
    ["2028-02-29T10:00Z", undefined, "2028-02-29T10:00:00.000Z"],
    ["0001-01-01T00:00Z", undefined, "0001-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", undefined, "9999-12-31T23:59:59.999Z"],
    [undefined, BERLIN, undefined],
    [null, BERLIN, undefined],
    ["", BERLIN, undefined],
  ],
  "local time": [
    ["2026-12-20T10:00", BERLIN, AT_NINE],
    ["2026-12-20T10:00:00", BERLIN, AT_NINE],
    ["2026-12-20 10:00:00", BERLIN, AT_NINE],
    ["2026-12-20T10:00:00.0000000", BERLIN, AT_NINE],
    ["2026-12-20T10:00", "europe/berlin", AT_NINE],
    ["2026-12-20T10:00", WINDOWS, AT_NINE],
    ["2026-12-20T10:00", WINDOWS.toLowerCase(), AT_NINE],
    ["2026-12-20T10:00", "UTC", AT_TEN],
    ["2026-12-20T10:00", "Etc/UTC", AT_TEN],
    ["2026-12-20T10:00", "+01:00", AT_NINE],
    ["2026-12-20T10:00", "Asia/Kolkata", "2026-12-20T04:30:00.000Z"],
    ["2026-12-20T10:00", "Asia/Calcutta", "2026-12-20T04:30:00.000Z"],
    ["2026-06-20T10:00", BERLIN, "2026-06-20T08:00:00.000Z"],
    ["2026-12-20T10:00", undefined, "no-offset"],
    ["2026-12-20T10:00", null, "no-offset"],
    ["2026-12-20T10:00", "", "no-offset"],
    ["2026-12-20T10:00", "Nowhere/At_All", "unknown-zone"],
    ["2026-12-20T10:00", "Berlin", "unknown-zone"],
    ["2026-12-20T10:00", "GMT+1", "unknown-zone"],
    ["2026-12-20T10:00", "Customized Time Zone", "unknown-zone"],
    ["2026-12-20T10:00", `${BERLIN}\u0000`, "unknown-zone"],
    ["2026-12-20T10:00", "Z".repeat(100_000), "unknown-zone"],
    ["2026-12-20T10:00", 1, "unknown-zone"],
    ["2026-12-20T10:00", { id: BERLIN }, "unknown-zone"],
  ],
  "the hour that comes twice, which is the first one": [
    ["2026-10-25T01:59:59", BERLIN, "2026-10-24T23:59:59.000Z"],
    ["2026-10-25T02:00", BERLIN, "2026-10-25T00:00:00.000Z"],
    ["2026-10-25T02:30", WINDOWS, "2026-10-25T00:30:00.000Z"],
    ["2026-10-25T03:00", BERLIN, "2026-10-25T02:00:00.000Z"],
    ["2026-10-25T02:30+01:00", BERLIN, "2026-10-25T01:30:00.000Z"],
    ["2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z"],
    ["2026-11-01T01:30", "Eastern Standard Time", "2026-11-01T05:30:00.000Z"],
    ["2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00.000Z"],
  ],
  "the hour that is skipped, which is as much later": [
    ["2026-03-29T01:59:59", BERLIN, "2026-03-29T00:59:59.000Z"],
    ["2026-03-29T02:00", BERLIN, "2026-03-29T01:00:00.000Z"],
    ["2026-03-29T02:30", WINDOWS, "2026-03-29T01:30:00.000Z"],
    ["2026-03-29T03:00", BERLIN, "2026-03-29T01:00:00.000Z"],
    ["2026-03-08T02:30", "America/New_York", "2026-03-08T07:30:00.000Z"],
    ["2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00.000Z"],
    ["2011-12-30T10:00", "Pacific/Apia", "2011-12-30T20:00:00.000Z"],
  ],
  "a map of a calendar": [
    [{ dateTime: "2026-12-20T10:00:00.0000000", timeZone: WINDOWS }, undefined, AT_NINE],
    [{ dateTime: "2026-12-20T10:00:00.0000000", timeZone: "UTC" }, BERLIN, AT_TEN],
    [{ dateTime: "2026-12-20T10:00:00", timeZone: BERLIN }, "America/New_York", AT_NINE],
    [{ dateTime: "2026-12-20T10:00:00+01:00", timeZone: BERLIN }, undefined, AT_NINE],
    [{ dateTime: "2026-12-20T10:00:00+01:00", timeZone: "America/New_York" }, undefined, AT_NINE],
    [{ dateTime: "2026-12-20T10:00:00+01:00" }, undefined, AT_NINE],
    [{ dateTime: "2026-12-20T10:00:00Z", timeZone: 7 }, undefined, AT_TEN],
    [{ dateTime: "2026-12-20T10:00:00", date: null, timeZone: BERLIN }, undefined, AT_NINE],
    [{ dateTime: "2026-12-20T10:00:00" }, BERLIN, AT_NINE],
    [{ dateTime: "2026-12-20T10:00:00", timeZone: null }, BERLIN, AT_NINE],
    [{ dateTime: "2026-12-20T10:00:00", timeZone: "" }, BERLIN, AT_NINE],
    [{ dateTime: "2026-12-20T10:00:00" }, undefined, "no-offset"],
    [{ dateTime: "2026-12-20T10:00:00", timeZone: "Nowhere" }, BERLIN, "unknown-zone"],
    [{ dateTime: "2026-12-20T10:00:00", timeZone: 7 }, BERLIN, "unknown-zone"],
    [{ dateTime: "2026-02-31T10:00:00", timeZone: BERLIN }, undefined, "no-such-time"],
    [{ dateTime: "2026-12-20", timeZone: BERLIN }, undefined, "all-day"],
    [{ date: "2026-12-20" }, undefined, "all-day"],
    [{ date: "2026-12-20", dateTime: null }, BERLIN, "all-day"],
    [{ dateTime: "", timeZone: BERLIN }, undefined, "not-a-time"],
    [{ dateTime: 7, timeZone: BERLIN }, undefined, "not-a-time"],
    [{}, BERLIN, "not-a-time"],
    [{ toMillis: 7 }, BERLIN, "not-a-time"],
  ],
  "what does not exist, and is not rolled over": [
    ["2026-02-31T10:00Z", undefined, "no-such-time"],
    ["2026-02-29T10:00Z", undefined, "no-such-time"],
    ["2026-04-31T10:00", BERLIN, "no-such-time"],
    ["2026-13-01T10:00Z", undefined, "no-such-time"],
    ["2026-00-01T10:00Z", undefined, "no-such-time"],
    ["2026-01-00T10:00Z", undefined, "no-such-time"],
    ["2026-12-20T24:00Z", undefined, "no-such-time"],
    ["2026-12-20T24:00:00", BERLIN, "no-such-time"],
    ["2026-12-20T25:00Z", undefined, "no-such-time"],
    ["2026-12-20T10:60Z", undefined, "no-such-time"],
    ["2026-12-20T10:00:60Z", undefined, "no-such-time"],
    ["2026-12-20T10:00+24:00", undefined, "unknown-offset"],
    ["2026-12-20T10:00+01:60", undefined, "unknown-offset"],
    ["0000-01-01T00:00Z", undefined, "out-of-range"],
    ["0001-01-01T00:00+01:00", undefined, "out-of-range"],
    ["9999-12-31T23:59:59-23:59", undefined, "out-of-range"],
  ],
  "what is no time": [
    [7, undefined, "bare-number"],
    [1_798_000_000_000, BERLIN, "bare-number"],
    [Number.NaN, undefined, "bare-number"],
    [7n, undefined, "bare-number"],
    ["2026-12-20", undefined, "all-day"],
    ["2026-12-20", BERLIN, "all-day"],
    ["1798000000", undefined, "not-a-time"],
    ["tomorrow", undefined, "not-a-time"],
    ["10:00", BERLIN, "not-a-time"],
    ["20.12.2026 10:00", BERLIN, "not-a-time"],
    ["12/20/2026 10:00", BERLIN, "not-a-time"],
    ["2026-12-20T10Z", undefined, "not-a-time"],
    ["2026-12-20T10:00 PM", BERLIN, "not-a-time"],
    ["2026-12-20  10:00Z", undefined, "not-a-time"],
    [" 2026-12-20T10:00Z", undefined, "not-a-time"],
    ["2026-12-20T10:00Z\n", undefined, "not-a-time"],
    ["2026-12-20T10:00[Europe/Berlin]", undefined, "not-a-time"],
    ["2026-12-20T10:00:00.0000000000Z", undefined, "not-a-time"],
    ["+002026-12-20T10:00Z", undefined, "not-a-time"],
    ["٢٠٢٦-12-20T10:00Z", undefined, "not-a-time"],
    ["2026-12-20T10:00Z".repeat(60_000), undefined, "not-a-time"],
    [true, undefined, "not-a-time"],
    [[], BERLIN, "not-a-time"],
    [["2026-12-20T10:00Z"], BERLIN, "not-a-time"],
    [new Date(), BERLIN, "not-a-time"],
  ],
};

describe("the time of a meeting", () => {
  for (const [what, rows] of Object.entries(TABLES)) {
    for (const [start, timezone, expected] of rows) {
      const written = inspect(start, { breakLength: Number.POSITIVE_INFINITY }).slice(0, 80);
      const zone = inspect(timezone).slice(0, 30);
      it(`may be ${what}: ${written} in ${zone} is ${expected}`, () => {
        expect(read(start, timezone)).to.equal(expected);
      });
    }
  }
});

describe("the zones of Windows", () => {
  it("are all known to the library, each by its IANA name", () => {
    expect(Object.keys(WINDOWS_ZONES)).to.have.lengthOf(139);
    for (const [name, zone] of Object.entries(WINDOWS_ZONES)) {
      const at = read("2026-12-20T10:00", name);
      expect(at, name)
        .to.match(/^2026-12-(19|20)T/)
        .and.equal(read("2026-12-20T10:00", zone));
    }
  });
});
