import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { findMeetingProblems, parseMeeting } from "../../src/meeting/meeting.ts";
import { LINK, NAMING, NOW, RULES } from "../support/instances.ts";

const MEETING = { meeting_url: LINK, status: "scheduled" };
const timestamp = (at: number) => Timestamp.fromMillis(at);
const parse = (document: Record<string, unknown>) => parseMeeting(document, NAMING.meeting, RULES);
const hash = (fields: Record<string, unknown> = {}) => parse({ ...MEETING, ...fields }).requestHash;

describe("the problems of a meeting", () => {
  it("have codes, so that no hash depends on a sentence", () => {
    const fields = {
      start: 7,
      bot_name: 7,
      gcs_path: "../x",
      recording_options: { crf: 99, q: 1 },
    };
    const problems = findMeetingProblems({ meeting_url: "x", ...fields }, RULES);
    expect(problems.map(({ field, code }) => `${field}: ${code}`)).to.deep.equal([
      "start: bare-number",
      "bot_name: not-text",
      "gcs_path: unusable-path",
      "recording_options.crf: unusable-option",
      "recording_options: unknown-option",
      "meeting_url: unusable-link",
    ]);
  });
});

describe("the request hash", () => {
  it("is a version and a whole SHA-256 in hexadecimal digits", () => {
    expect(hash()).to.match(/^2:[0-9a-f]{64}$/);
  });

  it("is the same for the same instant, however it is written", () => {
    const spellings = [
      timestamp(NOW),
      "2030-01-31T09:00:00Z",
      "2030-01-31T09:00:00.000Z",
      "2030-01-31T09:00Z",
      "2030-01-31T09:00:00+00:00",
      "2030-01-31T10:00:00+01:00",
      "2030-01-31T03:30:00.000-05:30",
      "2030-01-31 10:00 +0100",
      { dateTime: "2030-01-31T10:00:00.0000000", timeZone: "W. Europe Standard Time" },
      { dateTime: "2030-01-31T10:00:00+01:00", timeZone: "Europe/Berlin" },
    ];
    for (const field of ["start", "end", "occurrence_start_utc"]) {
      const hashes = spellings.map((spelling) => hash({ [field]: spelling }));
      expect(new Set(hashes)).to.have.property("size", 1);
      expect(parse({ ...MEETING, [field]: spellings[0] })).to.not.have.property("failure");
    }
  });

  it("does not change with what we write", () => {
    const recording = { status: "done", video_uri: "gs://b/v", request_hash: "x" };
    expect(hash({ bot_instance_id: "instance", recording })).to.equal(hash());
  });

  it("does not change with the status: a cancel takes the link away, and that is enough", () => {
    expect(hash({ status: "cancelled" })).to.equal(hash());
  });

  it("does not change with what is none of our business", () => {
    expect(hash({ title: "Weekly", attendees: ["a"] })).to.equal(hash());
  });

  it("does not change with the order of a map's keys", () => {
    const [one, other] = [
      { a: 1, b: { c: 2, d: 3 } },
      { b: { d: 3, c: 2 }, a: 1 },
    ];
    expect(hash({ recording_options: one })).to.equal(hash({ recording_options: other }));
  });

  const asked: [what: string, fields: Record<string, unknown>][] = [
    ["the password in the link", { meeting_url: `${LINK}?pwd=mended` }],
    ["which meeting it is", { meeting_url: "https://meet.google.com/xyz-defg-hij" }],
    ["a link that is refused", { meeting_url: "https://example.com/1" }],
    ["another link that is refused", { meeting_url: "https://example.org/1" }],
    ["whose meeting it is", { creator_organization_id: "org" }],
    ["when it begins", { start: timestamp(NOW) }],
    ["when it ends", { end: timestamp(NOW) }],
    ["which occurrence it is", { occurrence_start_utc: timestamp(NOW + 1) }],
    ["the options", { recording_options: { preset: "slow" } }],
    ["a field that is wrong", { bot_name: 7 }],
    ["another field that is wrong", { gcs_path: 7 }],
  ];
  it("changes with everything that is asked for, and with what keeps a bot from coming", () => {
    const hashes = [hash(), ...asked.map(([, fields]) => hash(fields))];
    expect(new Set(hashes)).to.have.property("size", asked.length + 1);
  });
});
