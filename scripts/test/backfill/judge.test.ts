import { DEFAULT_LEASE_RULES, HOUR, MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { LINK, NAMING, NOW } from "../../../core/test/support/instances.ts";
import { judge } from "../../backfill/judge.ts";

const LEAD_MS = 120 * SECOND;
const at = (ms: number) => new Date(NOW + ms).toISOString();

/** Judges a meeting with those fields, last written a minute ago unless it says when. */
function judged(fields: object, updatedAt = NOW - MINUTE) {
  const meeting = { meeting_url: LINK, status: "scheduled", ...fields };
  const judging = {
    now: NOW,
    rules: DEFAULT_LEASE_RULES,
    naming: NAMING.meeting,
    joinLeadMs: LEAD_MS,
  };
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

  for (const [what, start] of [
    ["that begins tomorrow", 24 * HOUR],
    ["whose lead begins with the next sweep", LEAD_MS + MINUTE],
  ] as const) {
    it(`sends the bot of one ${what} as long before as any`, () => {
      expect(judged({ start: at(start) })).to.deep.equal({ kind: "wanted", leadMs: LEAD_MS });
    });
  }

  for (const [what, start] of [
    ["is about to begin", 10 * SECOND],
    ["has begun", -HOUR],
  ] as const) {
    it(`leaves the bot of one that ${what} to the next sweep`, () => {
      const leadMs = start - MINUTE;
      expect(judged({ start: at(start) })).to.deep.equal({ kind: "wanted", leadMs });
    });
  }

  it("leaves the bot of one without a start to the next sweep", () => {
    expect(judged({})).to.deep.equal({ kind: "wanted", leadMs: -MINUTE });
  });

  it("wants one that cannot be served to be told so", () => {
    expect(judged({ meeting_url: "https://example.com/" })).to.include({ kind: "wanted" });
  });
});
