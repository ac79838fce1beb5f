import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { failure } from "../../src/errors.ts";
import { botInstanceDocument } from "../../src/firestore/bot-instance-document.ts";
import { snakeCase } from "../../src/firestore/fields.ts";
import { isMap } from "../../src/map.ts";
import { LINK, NAMING, NOW } from "../support/instances.ts";

const document = botInstanceDocument(NAMING, 3);
const parse = (fields: Record<string, unknown>) =>
  document.parse("id", { meeting_url: LINK, status: "queued", ...fields }, NOW);

const timestamp = Timestamp.fromMillis(NOW);
const KINDS = [null, true, 7, "x", ["x"], { x: 1 }, timestamp, Buffer.from("x")];
const NO_COUNTS = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e308, "1", null, [], {}];
const NO_LINES = [
  7,
  null,
  ["a"],
  { a: 1 },
  "a\0b",
  "a\nb",
  "a\u202eb",
  "a\ud800",
  "a".repeat(2000),
];

/** What others may write into a field, and what an instance has of it then. */
const ODD: Record<string, [values: unknown[], read: unknown]> = {
  meetings: [KINDS.filter((value) => !Array.isArray(value)), undefined],
  attempt: [NO_COUNTS, 0],
  maxAttempts: [[...NO_COUNTS, 0, 21, 1_000_000], 3],
  launchFailures: [NO_COUNTS, 0],
  finishFailures: [NO_COUNTS, undefined],
  phase: [["launching", "toString", ...KINDS], undefined],
  phaseAt: [KINDS.filter((value) => !isMap(value)), {}],
  finishOnly: [["yes", 1, null, {}], undefined],
  partial: [["yes", 1, null, {}], undefined],
  progress: [["x", 7, null, ["x"]], undefined],
  provider: [["webex", "__proto__", ...KINDS], undefined],
  sessionKey: [["a/b", "x".repeat(64), ...KINDS], undefined],
  anchorAt: [KINDS.filter((value) => value !== timestamp), undefined],
  meetingPath: [
    ["meetings", "meetings/one/", "/", "a/__x__", ...KINDS.filter((value) => value !== "x")],
    undefined,
  ],
  wantedLinks: [NO_COUNTS, 0],
  formerLinks: [NO_COUNTS, undefined],
  mergedInto: [["a/b", "", "__x__", ...KINDS.filter((value) => value !== "x")], undefined],
  botName: [NO_LINES, undefined],
  timezone: [NO_LINES, undefined],
  creatorOrganizationId: [NO_LINES, undefined],
  creatorUserId: [NO_LINES, undefined],
  claimToken: [NO_LINES, undefined],
  runnerId: [NO_LINES, undefined],
  requestHash: [NO_LINES, undefined],
  claimedBy: [NO_LINES, undefined],
  gcsPath: [KINDS.filter((value) => typeof value !== "string"), undefined],
  meetingUrl: [KINDS.filter((value) => typeof value !== "string"), ""],
  execution: [[...KINDS, { launcher: "local" }, { launcher: "local", name: 7 }], undefined],
  source: [[...KINDS, { uri: "gs://b/k" }, { uri: 7, recording_id: "x" }], undefined],
  error: [[...KINDS, { code: "MISSED" }, { code: 7, message: "x" }], undefined],
  outputs: [KINDS.filter((value) => !Array.isArray(value)), undefined],
  wakeAt: [KINDS.filter((value) => value !== timestamp), undefined],
  createdAt: [KINDS.filter((value) => value !== timestamp), NOW],
};

describe("what others wrote into a bot instance", () => {
  for (const [name, [values, read]] of Object.entries(ODD)) {
    it(`is left out of \`${snakeCase(name)}\` where it is nothing that we would write`, () => {
      for (const value of values) {
        const found: Record<string, unknown> = { ...parse({ [snakeCase(name)]: value }) };
        expect(found[name], JSON.stringify(value)).to.deep.equal(read);
      }
    });
  }

  it("is kept of a phase's instants where it is an instant", () => {
    const phase_at = { claimed: timestamp, joining: "x", theirs: timestamp, launched: { x: 1 } };
    expect(parse({ phase_at }).phaseAt).to.deep.equal({ claimed: NOW });
  });

  it("is kept of the progress where it is a figure", () => {
    const progress = { bytes_stored: Number.NaN, seconds_recorded: -1, fraction_converted: 0.5 };
    expect(parse({ progress }).progress).to.deep.equal({ fractionConverted: 0.5 });
  });

  it("is kept of the outputs where it is one", () => {
    const output = { kind: "video", uri: "gs://b/video.mp4" };
    const outputs = [null, 7, "x", [], {}, { kind: "video" }, { ...output, kind: "exe" }, output];
    expect(parse({ outputs }).outputs).to.deep.equal([output]);
  });

  it("is as it was where it is like ours", () => {
    const error = failure("MISSED", "request", "x");
    const ours: Partial<BotInstance> = {
      attempt: 2,
      maxAttempts: 20,
      phase: "joining",
      claimToken: "token",
      anchorAt: NOW,
      execution: { launcher: "local", name: "x" },
      finishOnly: true,
    };
    const fields = document.patch({}, { ...ours, error: { ...error, at: NOW } });
    const found = parse({ ...fields, anchor_at: timestamp });
    expect(found).to.deep.include(ours);
    expect(found.error).to.include(error);
  });
});
