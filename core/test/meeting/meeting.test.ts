import { inspect } from "node:util";
import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { parseMeeting } from "../../src/meeting/meeting.ts";
import { HOUR } from "../../src/time.ts";
import { LINK, NAMING, NOW, RULES } from "../support/instances.ts";

const MEETING = { meeting_url: LINK, status: "scheduled" };
const timestamp = (at: number) => Timestamp.fromMillis(at);
const parse = (document: Record<string, unknown>) => parseMeeting(document, NAMING.meeting, RULES);

describe("parseMeeting", () => {
  it("reads everything that a user may write", () => {
    const meeting = parse({
      ...MEETING,
      start: "2030-01-31T10:00:00+01:00",
      end: timestamp(NOW + 1),
      occurrence_start_utc: "2030-01-31T08:00Z",
      timezone: "Europe/Berlin",
      bot_name: "Scribe",
      creator_organization_id: "org",
      creator_user_id: "user",
      gcs_path: "a/b",
      recording_options: { formats: ["video.mp4"] },
      bot_instance_id: "linked",
    });
    expect(meeting).to.deep.include({
      intent: "record",
      botInstanceId: "linked",
      identity: "abc-defg-hij",
      occurrenceAt: NOW - 3_600_000,
      request: {
        meetingUrl: LINK,
        provider: "google",
        startAt: NOW,
        endAt: NOW + 1,
        timezone: "Europe/Berlin",
        botName: "Scribe",
        creatorOrganizationId: "org",
        creatorUserId: "user",
        gcsPath: "a/b",
        recordingOptions: { formats: ["video.mp4"] },
      },
    });
    expect(meeting).to.not.have.property("failure");
  });

  it("needs no more than a link and a status", () => {
    const meeting = parse(MEETING);
    expect(meeting).to.include({ intent: "record" });
    expect(meeting).to.not.have.any.keys("failure", "occurrenceAt", "botInstanceId", "linkedHash");
  });

  it("takes the link from `join_url` where there is no `meeting_url`", () => {
    expect(parse({ join_url: LINK, status: "scheduled" }).request.meetingUrl).to.equal(LINK);
    expect(parse({ ...MEETING, join_url: "https://example.com" }).request.meetingUrl).to.equal(
      LINK,
    );
  });

  it("takes the start for the occurrence where the document names none", () => {
    expect(parse({ ...MEETING, start: timestamp(NOW) }).occurrenceAt).to.equal(NOW);
  });

  it("takes the occurrence for the start where the document names none: it is not now", () => {
    const occurrence_start_utc = timestamp(NOW);
    const meeting = parse({ ...MEETING, occurrence_start_utc });
    expect(meeting).to.include({ occurrenceAt: NOW });
    expect(meeting.request).to.include({ startAt: NOW });
    const both = parse({ ...MEETING, occurrence_start_utc, start: timestamp(NOW) });
    expect(meeting.requestHash).to.equal(both.requestHash);
    const moved = parse({ ...MEETING, occurrence_start_utc, start: timestamp(NOW + 1) });
    expect(moved).to.include({ occurrenceAt: NOW });
    expect(moved.request).to.include({ startAt: NOW + 1 });
  });

  it("reads local times in the zone of the meeting", () => {
    const { request, occurrenceAt } = parse({
      ...MEETING,
      start: "2030-01-31T10:00",
      end: { dateTime: "2030-01-31T11:00:00.0000000" },
      occurrence_start_utc: "2030-01-31 09:30",
      timezone: "W. Europe Standard Time",
    });
    const { startAt, endAt } = request;
    expect([startAt, endAt, occurrenceAt]).to.deep.equal([NOW, NOW + HOUR, NOW - HOUR / 2]);
  });

  it("treats null and the empty text as absent", () => {
    const fields = ["start", "end", "occurrence_start_utc", "timezone", "bot_name", "gcs_path"];
    for (const nothing of [null, ""]) {
      const empty = Object.fromEntries(fields.map((field) => [field, nothing]));
      expect(parse({ ...MEETING, ...empty })).to.deep.equal(parse(MEETING));
    }
  });

  it("wants a bot only for the statuses that were configured", () => {
    const statuses = ["draft", "", undefined, null, 1, ["scheduled"], {}, "re-scheduled"];
    for (const status of statuses) expect(parse({ ...MEETING, status }).intent).to.equal("none");
  });

  it("is cancelled only by the statuses that were configured", () => {
    expect(parse({ ...MEETING, status: "cancelled" }).intent).to.equal("cancel");
    for (const status of [["cancelled"], "cancel", "not cancelled", { cancelled: true }]) {
      expect(parse({ ...MEETING, status }).intent).to.equal("none");
    }
  });

  it("follows renamed fields and values", () => {
    const naming = {
      statusField: "state",
      statusValues: ["go", "run"],
      cancelValues: ["stop", "0"],
      instanceField: "bot",
    };
    const intentOf = (state: unknown) =>
      parseMeeting({ meeting_url: LINK, state, status: "scheduled" }, naming, RULES).intent;
    expect(["go", "run", "stop", 0, "cancelled"].map(intentOf)).to.deep.equal([
      "record",
      "record",
      "cancel",
      "cancel",
      "none",
    ]);
    expect(parseMeeting({ state: "run", bot: "x" }, naming, RULES)).to.include({
      botInstanceId: "x",
    });
  });

  it("knows what a link was made for, and takes nobody else's word for it", () => {
    const linkedHash = (recording: unknown) => parse({ ...MEETING, recording }).linkedHash;
    expect(linkedHash({ request_hash: "hash" })).to.equal("hash");
    for (const recording of [undefined, null, "done", 7, [], { request_hash: 7 }]) {
      expect(linkedHash(recording)).to.equal(undefined);
    }
  });

  it("ignores a link to a bot instance that is not a text", () => {
    for (const bot_instance_id of [7, "", null, {}]) {
      expect(parse({ ...MEETING, bot_instance_id })).to.not.have.property("botInstanceId");
    }
  });
});

/** A map in a map in a map. */
function nested(depth: number): Record<string, unknown> {
  let map: Record<string, unknown> = {};
  for (let level = 1; level < depth; level += 1) map = { deeper: map };
  return map;
}

describe("what is wrong with a meeting", () => {
  /** The most characters that each may have. */
  const TEXTS = {
    meeting_url: 2048,
    join_url: 2048,
    timezone: 64,
    bot_name: 128,
    creator_organization_id: 128,
    creator_user_id: 256,
    gcs_path: 1024,
  };
  const INSTANTS = ["start", "end", "occurrence_start_utc"];
  const told = (document: Record<string, unknown>) => parse(document).failure?.message ?? "";

  const wrong: [field: string, value: unknown, told: RegExp][] = [
    ...Object.entries(TEXTS).flatMap(([field, limit]): [string, unknown, RegExp][] => [
      [field, 7, /must be text, but is a number/],
      [field, true, /must be text, but is a boolean/],
      [field, ["a"], /must be text, but is a list/],
      [field, { a: 1 }, /must be text, but is a map/],
      [field, timestamp(NOW), /must be text, but is a Timestamp/],
      [field, "a\u0007", /contains control characters/],
      [field, "a\u2028b", /contains control characters/],
      [field, "a\ud800", /is not well-formed Unicode/],
      [field, "gpj.\u202etxt", /contains characters that turn the direction of writing/],
      [field, "a".repeat(limit + 1), new RegExp(`is longer than ${limit} characters`)],
      [field, "a".repeat(1_000_000), new RegExp(`is longer than ${limit} characters`)],
    ]),
    ...INSTANTS.flatMap((field): [string, unknown, RegExp][] => [
      [field, 7, /is a number, .*: write a Timestamp or a text such as 2030-01-31T09:00:00Z/],
      [field, "2030-01-31", /is a day without a time: write when/],
      [field, { date: "2030-01-31" }, /is a day without a time: write when/],
      [field, "2030-01-31T09:00:00", /is local time without a zone: add its offset, .*`timezone`/],
      [field, { dateTime: "2030-01-31T09:00", timeZone: "x" }, /in a zone that nobody knows/],
      [field, "2030-02-31T09:00:00Z", /is a day or an hour that does not exist/],
      [field, "2030-01-31T24:00:00Z", /is a day or an hour that does not exist/],
      [field, "2030-01-31T09:00:00+99:00", /has an offset that no place has/],
      [field, "0000-01-01T00:00:00Z", /must lie between the years 1 and 9999/],
      ...[true, [], {}, "tomorrow"].map((value): [string, unknown, RegExp] => [
        field,
        value,
        /must be a Timestamp, a text such as .* or a map of `dateTime` and `timeZone`/,
      ]),
    ]),
    ["recording_options", "mp4", /must be a map/],
    ["recording_options", ["mp4"], /must be a map/],
    ["recording_options", timestamp(NOW), /must be a map/],
    ["recording_options", new Date(NOW), /must be a map/],
    ["recording_options", { a: "x".repeat(8192) }, /larger than 8192/],
    ["recording_options", nested(50), /at most 8 levels deep/],
    ["recording_options", nested(100_000), /at most 8 levels deep/],
    ["recording_options", { a: timestamp(NOW) }, /only texts, numbers, booleans, lists and maps/],
    ["recording_options", { a: 7n }, /only texts, numbers, booleans, lists and maps/],
    [
      "recording_options",
      { crf: 99 },
      /`recording_options.crf` must be a whole number from 1 to 51/,
    ],
    ["recording_options", { quality: 1 }, /`recording_options` has no option "quality"/],
    ["gcs_path", "../elsewhere", /segment/],
    ["gcs_path", "/elsewhere", /begin with a slash/],
  ];
  for (const [field, value, message] of wrong) {
    it(`is told for \`${field}\` ${inspect(value).slice(0, 40)}`, () => {
      const { meeting_url, ...rest } = MEETING;
      const link = field === "join_url" ? {} : { meeting_url };
      const meeting = parse({ ...rest, ...link, [field]: value });
      expect(meeting.failure).to.include({
        code: "INVALID_MEETING",
        stage: "request",
        retryable: false,
      });
      expect(meeting.failure?.message).to.contain(`\`${field}`).and.match(message);
    });
  }

  it("is told all at once, each with its field", () => {
    const everything = [...Object.keys(TEXTS), ...INSTANTS, "recording_options"];
    const message = told(Object.fromEntries(everything.map((field) => [field, 7])));
    for (const field of everything) expect(message).to.contain(`\`${field}\``);
  });

  it("is told of the link too when another field is wrong", () => {
    const message = told({ ...MEETING, meeting_url: "https://example.com/x", bot_name: 7 });
    expect(message).to.contain("`bot_name`").and.contain("example.com");
  });

  const ends: [what: string, times: Record<string, unknown>, told: string | undefined][] = [
    ["after the start", { start: timestamp(NOW), end: timestamp(NOW + 1) }, undefined],
    ["without a start", { end: timestamp(NOW) }, undefined],
    ["at the start", { start: timestamp(NOW), end: timestamp(NOW) }, "start"],
    ["before the start", { start: timestamp(NOW), end: timestamp(NOW - 1) }, "start"],
    [
      "before the occurrence that is the start",
      { occurrence_start_utc: timestamp(NOW), end: timestamp(NOW) },
      "occurrence_start_utc",
    ],
    [
      "before the occurrence, after the start",
      { occurrence_start_utc: timestamp(NOW + 2), start: timestamp(NOW), end: timestamp(NOW + 1) },
      undefined,
    ],
  ];
  for (const [what, times, start] of ends) {
    it(`is ${start === undefined ? "not " : ""}an end ${what}`, () => {
      const { failure } = parse({ ...MEETING, ...times });
      expect(failure?.code).to.equal(start && "INVALID_MEETING");
      if (start) expect(failure?.message).to.contain(`\`end\` must be later than \`${start}\`.`);
    });
  }

  it("is that there is no link", () => {
    expect(parse({ status: "scheduled" }).failure).to.include({ code: "INVALID_MEETING" });
    expect(told({ status: "scheduled" })).to.contain("`meeting_url` is missing");
    expect(told({ status: "scheduled", bot_name: 7 })).to.contain("`meeting_url` is missing");
  });

  it("is a `meeting_url` of the wrong type even beside a good `join_url`", () => {
    expect(told({ meeting_url: 7, join_url: LINK })).to.contain("`meeting_url` must be text");
  });

  it("is a link that no bot may open", () => {
    const { failure } = parse({ ...MEETING, meeting_url: "https://example.com/x" });
    expect(failure).to.include({ code: "UNSUPPORTED_URL", stage: "request", retryable: false });
  });
});
