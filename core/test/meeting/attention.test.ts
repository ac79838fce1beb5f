import { expect } from "chai";
import { attentionTo } from "../../src/meeting/attention.ts";
import type { Meeting } from "../../src/meeting/meeting.ts";
import { NOW } from "../support/instances.ts";
import { iso, linkedMeeting, meetingWith } from "../support/meetings.ts";

const shown = (fields: object = {}) => {
  const { requestHash: request_hash, detailsHash: details_hash } = meetingWith();
  return { recording: { request_hash, details_hash, status: "processing", ...fields } };
};
const linked = (fields: object = {}) =>
  linkedMeeting({ ...shown({ bot_instance_id: "old" }), ...fields });
const cancelled = { status: "cancelled", bot_instance_id: null };

describe("whether a write of a meeting may mean work", () => {
  const cases: [
    what: string,
    before: Meeting | undefined,
    after: Meeting | undefined,
    expected: object | undefined,
  ][] = [
    ["that is new and wants a bot", undefined, meetingWith(), {}],
    ["that is new and wants none", undefined, meetingWith({ status: "draft" }), undefined],
    ["that we have linked", meetingWith(), linked(), undefined],
    [
      "that we have told",
      linked(),
      linked(shown({ bot_instance_id: "old", status: "done" })),
      undefined,
    ],
    ["whose title changes", linked(), linked({ title: "x" }), undefined],
    ["whose end changes", linked(), linked({ end: iso(NOW) }), {}],
    ["whose bot's name changes", linked(), linked({ bot_name: "x" }), {}],
    ["that asks for another attempt", linked(), linked({ recording_retry: "1" }), {}],
    ["that is cancelled", linked(), linked({ status: "cancelled" }), {}],
    [
      "that we have let go",
      linked({ status: "cancelled" }),
      linked(cancelled),
      { formerInstanceId: "old" },
    ],
    ["that is wanted again", linked(cancelled), linked({ bot_instance_id: null }), {}],
    ["that is deleted", linked(), undefined, { formerInstanceId: "old" }],
    ["that is deleted and had no bot", meetingWith(), undefined, undefined],
    ["that was written over, link and all", linked(), meetingWith(), { formerInstanceId: "old" }],
    [
      "that names another bot by now",
      linked(),
      linked({ bot_instance_id: "x" }),
      { formerInstanceId: "old" },
    ],
    ["whose note of what it asked for is lost", linked(), linked({ recording: {} }), {}],
    ["that is a copy of a linked one", undefined, linked(), {}],
    ["that is a copy of a cancelled one", undefined, linked(cancelled), {}],
    ["that somebody else has linked", undefined, meetingWith({ bot_instance_id: "x" }), undefined],
  ];
  for (const [what, before, after, expected] of cases) {
    it(`is ${expected ? JSON.stringify(expected) : "nothing"} for one ${what}`, () => {
      expect(attentionTo(before, after)).to.deep.equal(expected);
    });
  }
});
