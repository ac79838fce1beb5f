import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { isSameRequest, needsAttention, parseMeeting } from "../../src/meeting/meeting.ts";
import { LINK, NAMING, NOW, RULES } from "../support/instances.ts";

const MEETING = { meeting_url: LINK, status: "scheduled" };
const timestamp = (at: number) => Timestamp.fromMillis(at);
const parse = (document: Record<string, unknown>) => parseMeeting(document, NAMING.meeting, RULES);

/** What the release before version 2 has stored for these documents, written down by that release. */
const STORED: Record<string, [hash: string, document: Record<string, unknown>]> = {
  "a link alone": ["fb34c3dc4910c453ed654cbd6425519ca3933b32087f21c7cde317b17b32f7c4", MEETING],
  "a `join_url` with a password": [
    "15712df680f571248f98cc2cad6e62b972ac73de13d506ffbea853a27a6a4d72",
    { join_url: "https://us02web.zoom.us/j/123456789?pwd=secret", status: "scheduled" },
  ],
  Timestamps: [
    "43a464dc8d5070f69665c9b214b55e793c5ce6e532734127ab8d1b41a64f1708",
    { ...MEETING, start: timestamp(NOW), end: timestamp(NOW + 3_600_000) },
  ],
  "texts for the same": [
    "43a464dc8d5070f69665c9b214b55e793c5ce6e532734127ab8d1b41a64f1708",
    { ...MEETING, start: "2030-01-31T10:00:00+01:00", end: "2030-01-31T10:00Z" },
  ],
  "a fraction of a second": [
    "01999f6de44368c79ec872c21950acff203fe8b1373952df9315092902746e6a",
    { ...MEETING, start: "2030-01-31T09:00:00.123456789Z" },
  ],
  "an occurrence": [
    "20e54954011ba1ba153533ae9465dd5f6472dd673db2271811123890b40bb88c",
    { ...MEETING, start: timestamp(NOW), occurrence_start_utc: "2030-01-31T08:00Z" },
  ],
  "an occurrence without a start": [
    "4ba21455eb5a0c6c3e44881220c766e45373dddb4f923ce45a7c0f50d3493f25",
    { ...MEETING, occurrence_start_utc: "2030-01-31T08:00Z" },
  ],
  "an organisation": [
    "d41fb60e9422bbfec42004ca38234619bd628996ec926cce83d6d2488a14d71b",
    { ...MEETING, creator_organization_id: "org", creator_user_id: "user" },
  ],
  everything: [
    "b428110d891afad06c29d8344403244480f22e58af75918570bb58652e3a109e",
    {
      ...MEETING,
      start: timestamp(NOW),
      end: timestamp(NOW + 1),
      creator_organization_id: "org",
      timezone: "Europe/Berlin",
      bot_name: "Scribe",
      gcs_path: "a/b",
      recording_options: { preset: "slow", formats: ["video.mp4"] },
    },
  ],
  options: [
    "10087a5818e24c67c49758a64588e5b08d185596e49ccb4b46c2f3db9d5bdcaa",
    { ...MEETING, recording_options: { max_duration_minutes: 90 } },
  ],
  "wrong options": [
    "575481c5712f0fe2a9bbad59d8010f925980b9691dead24d65dd9d7cca7081a5",
    { ...MEETING, recording_options: { crf: 99, quality: 1 } },
  ],
  "local time, which was refused": [
    "0de1765f6a002aef4c1890365fcddf1ce8157770e43d60ae9a877b8fa0ba8f66",
    { ...MEETING, start: "2030-01-31T09:00:00", timezone: "Europe/Berlin" },
  ],
  "an offset without a colon, which was refused": [
    "0de1765f6a002aef4c1890365fcddf1ce8157770e43d60ae9a877b8fa0ba8f66",
    { ...MEETING, start: "2030-01-31T09:00:00+0100" },
  ],
  "31 February, which was 3 March": [
    "e6c51879424f33bae9bb3e981bfcde6cb79beeed75cc6d3120030618d7d3eb50",
    { ...MEETING, start: "2030-02-31T09:00:00Z" },
  ],
  "24:00, which was the next day": [
    "7a02b76899da40268c7888e0e5f55e643adadd023feda083fe658fc9dd7fb2fa",
    { ...MEETING, start: "2030-01-31T24:00:00Z" },
  ],
  "an end before the start": [
    "2fa1d8757a76e1791e28aa0b91942ddb289f7f4b1d0fdfcdad08739e64717f30",
    { ...MEETING, start: timestamp(NOW), end: timestamp(NOW - 1) },
  ],
  "several problems": [
    "a97c5978e61ffb2552010fd383cbc0e142ec63cf5f4696ac43f23ccfa622b80b",
    { ...MEETING, start: 7, end: "2030-01-31", bot_name: 7 },
  ],
  "no link": [
    "9c5eeec3a363f3115d3bed4d81ceb1b7d01e13bb3e0736a6069c720272eba305",
    { status: "scheduled" },
  ],
  "a refused link": [
    "34ecf3b484ec6efd50d338d0fc23b9f38211a098f4c4e83db834cd8a6fa7a865",
    { ...MEETING, meeting_url: "https://example.com/x" },
  ],
  "a refused path": [
    "658c3580392684bf8ebe4767b6bf910759684eeffa5f137f48ec7ddf3565e6c7",
    { ...MEETING, gcs_path: "../elsewhere" },
  ],
  "a refused zone": [
    "05d7b6e50987e1e65bd149414731e14d25834bc544133e0580018ab898e40df7",
    { ...MEETING, start: timestamp(NOW), timezone: 7 },
  ],
};

describe("a hash that an earlier release has stored", () => {
  for (const [what, [hash, document]] of Object.entries(STORED)) {
    it(`is the same request for ${what}`, () => {
      expect(isSameRequest(hash, parse(document))).to.equal(true);
      const linked = { ...document, bot_instance_id: "old", recording: { request_hash: hash } };
      expect(needsAttention(parse(linked))).to.equal(false);
    });

    it(`is another one for ${what}, in another organisation`, () => {
      const meeting = parse({ ...document, creator_organization_id: "another" });
      expect(isSameRequest(hash, meeting)).to.equal(false);
    });
  }

  it("is another one in a version that nobody knows", () => {
    const { requestHash } = parse(MEETING);
    expect(isSameRequest(requestHash, parse(MEETING))).to.equal(true);
    for (const other of [
      requestHash.replace("2:", "3:"),
      requestHash.replace("2:", ""),
      "",
      "2:",
    ]) {
      expect(isSameRequest(other, parse(MEETING))).to.equal(false);
    }
  });
});
