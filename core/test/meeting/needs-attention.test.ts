import { expect } from "chai";
import { needsAttention, parseMeeting } from "../../src/meeting/meeting.ts";
import { LINK, NAMING, RULES } from "../support/instances.ts";

const MEETING = { meeting_url: LINK, status: "scheduled" };
const parse = (document: Record<string, unknown>) => parseMeeting(document, NAMING.meeting, RULES);
const { requestHash, detailsHash } = parse(MEETING);
const linked = (hash: string | undefined, fields: object = {}) => ({
  ...MEETING,
  bot_instance_id: "instance",
  ...(hash && { recording: { status: "processing", request_hash: hash } }),
  ...fields,
});
const detailed = (details_hash: string, fields: object = {}) => ({
  ...linked(requestHash),
  recording: { request_hash: requestHash, details_hash },
  ...fields,
});

describe("needsAttention", () => {
  const cases: [what: string, document: Record<string, unknown>, expected: boolean][] = [
    ["a meeting that wants a bot and has none", MEETING, true],
    ["a wrong meeting that wants a bot", { ...MEETING, meeting_url: 7 }, true],
    ["a meeting that says nothing about bots", { ...MEETING, status: "draft" }, false],
    ["a cancelled meeting without a bot", { ...MEETING, status: "cancelled" }, false],
    ["a cancelled meeting with a bot", linked(requestHash, { status: "cancelled" }), true],
    ["a cancelled meeting with a foreign bot", linked(undefined, { status: "cancelled" }), true],
    ["a meeting with the bot that it asked for", linked(requestHash), false],
    ["a linked meeting with a new title", linked(requestHash, { title: "x" }), false],
    ["a linked meeting that asks for something else", linked("other"), true],
    ["a linked meeting that became a draft", linked("other", { status: "draft" }), false],
    ["a meeting with somebody else's link", linked(undefined), false],
    ["a meeting whose details its bot has", detailed(detailsHash), false],
    ["a meeting with another name for its bot", detailed(detailsHash, { bot_name: "x" }), true],
    ["a meeting with another path", detailed(detailsHash, { gcs_path: "a" }), true],
    ["a meeting with another creator", detailed(detailsHash, { creator_user_id: "x" }), true],
    ["a meeting with another time zone", detailed(detailsHash, { timezone: "UTC" }), true],
    [
      "a meeting of an earlier release, with another name",
      linked(requestHash, { bot_name: "x" }),
      false,
    ],
  ];
  for (const [what, document, expected] of cases) {
    it(`is ${expected} for ${what}`, () => {
      expect(needsAttention(parse(document))).to.equal(expected);
    });
  }
});
