import { DEFAULT_LEASE_RULES, HOUR, MINUTE } from "@meeting-bot/core";
import { expect } from "chai";
import { LINK, NAMING, NOW } from "../../../core/test/support/instances.ts";
import { judge } from "../../backfill/judge.ts";

const at = (ms: number) => new Date(NOW + ms).toISOString();

/** Judges a meeting with those fields, last written a minute ago unless it says when. */
function judged(fields: object, updatedAt = NOW - MINUTE) {
  const meeting = { meeting_url: LINK, status: "scheduled", ...fields };
  const judging = { now: NOW, rules: DEFAULT_LEASE_RULES, naming: NAMING.meeting };
  return judge({ fields: meeting, updatedAt }, judging);
}

describe("judging a meeting that was written while nothing was deployed", () => {
  it("leaves one alone that has a bot", () => {
    expect(judged({ bot_instance_id: "b" })).to.deep.equal({ kind: "has a bot" });
  });

  for (const [what, fields, updatedAt] of [
    ["has ended", { start: at(-2 * HOUR), end: at(-MINUTE) }],
    ["began longer ago than a recording lasts", { start: at(-10 * HOUR - 1) }],
    ["asked for a bot at once, longer ago than a recording lasts", {}, NOW - 10 * HOUR - 1],
  ] as const) {
    it(`leaves one alone that ${what}`, () => {
      expect(judged(fields, updatedAt)).to.deep.equal({ kind: "over" });
    });
  }

  for (const [what, fields] of [
    ["begins tomorrow", { start: at(24 * HOUR) }],
    ["has begun", { start: at(-HOUR) }],
    ["names no start", {}],
  ] as const) {
    it(`wants one that ${what} to be queued`, () => {
      expect(judged(fields)).to.deep.equal({ kind: "wanted" });
    });
  }

  it("wants one that cannot be served to be told so", () => {
    expect(judged({ meeting_url: "https://example.com/" })).to.include({ kind: "wanted" });
  });
});
