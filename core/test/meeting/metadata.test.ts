import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { findMeetingProblems, parseMeeting } from "../../src/meeting/meeting.ts";
import { LINK, NAMING, NOW, RULES } from "../support/instances.ts";

const MEETING = { meeting_url: LINK, status: "scheduled" };
const parse = (metadata: unknown) => parseMeeting({ ...MEETING, metadata }, NAMING.meeting, RULES);
const problemsOf = (metadata: unknown) => findMeetingProblems({ ...MEETING, metadata }, RULES);
const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at + 10}`, "v"]));

describe("the metadata of a meeting", () => {
  const good: Record<string, string>[] = [
    { deal: "4711" },
    { "a.b-C_9": "" },
    { ["k".repeat(64)]: "v".repeat(256) },
    { emoji: "🚀 Réunion" },
    keys(16),
  ];
  for (const metadata of good) {
    it(`may be ${JSON.stringify(metadata).slice(0, 40)}`, () => {
      expect(parse(metadata).metadata).to.deep.equal(metadata);
      expect(problemsOf(metadata)).to.deep.equal([]);
    });
  }

  it("is absent where there is nothing", () => {
    for (const metadata of [undefined, null, {}, { a: null }]) {
      expect(parse(metadata)).to.not.have.property("metadata");
      expect(problemsOf(metadata)).to.deep.equal([]);
    }
  });

  const wrong: [metadata: unknown, kept: unknown, field: string, message: string][] = [
    ["text", undefined, "metadata", "must be a map of texts"],
    [["a"], undefined, "metadata", "must be a map of texts"],
    [Timestamp.fromMillis(NOW), undefined, "metadata", "must be a map of texts"],
    [{ a: "b", n: 7 }, { a: "b" }, "metadata.n", "must be text, but is a number"],
    [{ a: "b", n: { x: 1 } }, { a: "b" }, "metadata.n", "must be text, but is a map"],
    [{ n: "x".repeat(257) }, undefined, "metadata.n", "is longer than 256 characters"],
    [{ n: "a\u0000" }, undefined, "metadata.n", "contains control characters"],
    [{ n: "\ud800" }, undefined, "metadata.n", "is not well-formed Unicode"],
    [keys(17), keys(16), "metadata", "must have at most 16 keys"],
    ...["", "a b", "é", "a/b", "k".repeat(65), "__proto__", "__a__"].map(
      (key): [unknown, unknown, string, string] => [
        Object.fromEntries([[key, "v"]]),
        undefined,
        "metadata",
        "must have keys of 1 to 64 letters, digits, _, - and .",
      ],
    ),
  ];
  for (const [metadata, kept, field, message] of wrong) {
    it(`may not be ${JSON.stringify(metadata).slice(0, 40)}: told, left out, and no bot kept away`, () => {
      expect(problemsOf(metadata).map((problem) => [problem.field, problem.message])).to.deep.equal(
        [[field, message]],
      );
      const meeting = parse(metadata);
      expect(meeting.metadata).to.deep.equal(kept);
      expect(meeting).to.not.have.property("failure");
    });
  }

  it("is no part of what is asked for", () => {
    const { requestHash, detailsHash } = parse(undefined);
    for (const metadata of [{ a: "b" }, 7]) {
      expect(parse(metadata)).to.include({ requestHash, detailsHash });
    }
  });
});
