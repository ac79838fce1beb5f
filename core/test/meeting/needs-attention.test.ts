import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { needsAttention, parseMeeting } from "../../src/meeting/meeting.ts";
import { LINK, NAMING, NOW } from "../support/instances.ts";

const MEETING = { meeting_url: LINK, status: "scheduled" };
const parse = (document: Record<string, unknown>) => parseMeeting(document, NAMING.meeting);

describe("needsAttention", () => {
  const linked = { ...MEETING, bot_instance_id: "instance" };
  const cases: [what: string, before: object | undefined, after: object, expected: boolean][] = [
    ["a new meeting that wants a bot", undefined, MEETING, true],
    ["a new meeting that wants none", undefined, { ...MEETING, status: "draft" }, false],
    ["a meeting without a bot, whatever changed", MEETING, { ...MEETING, title: "x" }, true],
    ["our own link", MEETING, linked, false],
    ["our own result", linked, { ...linked, recording: { status: "done" } }, false],
    ["a new title of a linked meeting", linked, { ...linked, title: "x" }, false],
    ["a linked meeting that moved", linked, { ...linked, start: Timestamp.fromMillis(NOW) }, true],
    ["a linked meeting that was cancelled", linked, { ...linked, status: "cancelled" }, true],
    ["a meeting that was made with a link", undefined, linked, true],
  ];
  for (const [what, before, after, expected] of cases) {
    it(`is ${expected} for ${what}`, () => {
      const [was, is] = [before, after].map((document) => document && parse({ ...document }));
      if (!is) throw new Error("a case has a document after the write");
      expect(needsAttention(was, is)).to.equal(expected);
    });
  }
});
