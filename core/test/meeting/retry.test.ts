import { inspect } from "node:util";
import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { needsAttention, parseMeeting } from "../../src/meeting/meeting.ts";
import { LINK, NAMING, NOW, RULES } from "../support/instances.ts";

const MEETING = { meeting_url: LINK, status: "scheduled" };
const parse = (fields: object) => parseMeeting({ ...MEETING, ...fields }, NAMING.meeting, RULES);
const linked = (recording_retry: unknown, retry_served: unknown) =>
  parse({ bot_instance_id: "old", recording: { retry_served }, recording_retry });

describe("a retry that a document asks for", () => {
  const values: [value: unknown, retry: string | undefined][] = [
    ["again", "again"],
    ["x".repeat(128), "x".repeat(128)],
    [7, "7"],
    [0, "0"],
    [true, "true"],
    [Timestamp.fromMillis(NOW), "2030-01-31T09:00:00.000Z"],
    [undefined, undefined],
    [null, undefined],
    ["", undefined],
    [false, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ["x".repeat(129), undefined],
    ["a\u0000", undefined],
    [{ a: 1 }, undefined],
    [["again"], undefined],
  ];
  for (const [value, retry] of values) {
    it(`is ${inspect(retry)?.slice(0, 30)} for ${inspect(value).slice(0, 30)}`, () => {
      expect(parse({ recording_retry: value }).retry).to.equal(retry);
    });
  }

  const cases: [asked: unknown, served: unknown, expected: boolean][] = [
    [undefined, undefined, false],
    [undefined, "1", false],
    ["1", undefined, true],
    ["1", "1", false],
    [1, "1", false],
    ["2", "1", true],
    ["1", 7, true],
    [false, "1", false],
  ];
  for (const [asked, served, expected] of cases) {
    it(`needs ${expected ? "" : "no "}attention for ${inspect(asked)} after ${inspect(served)}`, () => {
      expect(needsAttention(linked(asked, served))).to.equal(expected);
    });
  }

  it("is no part of what is asked for", () => {
    const { requestHash, detailsHash } = parse({});
    expect(parse({ recording_retry: "again" })).to.include({ requestHash, detailsHash });
  });
});
