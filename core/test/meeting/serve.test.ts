import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { EARLY_MS } from "../../src/bot-instance/transitions/claim.ts";
import type { ServeFacts } from "../../src/meeting/hold.ts";
import type { Meeting } from "../../src/meeting/meeting.ts";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
import { NOW } from "../support/instances.ts";
import {
  EVENT,
  factsOf,
  iso,
  linkedMeeting,
  meetingWith,
  outcomeOf,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

const ASKED = meetingWith({ start: iso(NOW) });

describe("a meeting without a link", () => {
  const now = meetingWith();
  const foreign = (fields: object = {}) => meetingWith({ bot_instance_id: "old", ...fields });
  const other = (fields: Partial<BotInstance> = {}, asked = ASKED) =>
    sentFor(asked, { id: "other", meetings: ["meetings/other"], ...fields });
  const later = (fields: object = {}) => meetingWith({ start: iso(NOW + HOUR), ...fields });

  const cases: [what: string, facts: ServeFacts, outcome: string][] = [
    ["that wants a bot now", factsOf(now), "created, new processing"],
    [
      "that begins within the lead",
      factsOf(meetingWith({ start: iso(NOW + 2 * MINUTE) })),
      "created, new processing",
    ],
    [
      "that begins after the lead",
      factsOf(meetingWith({ start: iso(NOW + 2 * MINUTE + EARLY_MS + 1) })),
      "created, new queued",
    ],
    [
      "that began a while ago",
      factsOf(meetingWith({ start: iso(NOW - HOUR) })),
      "created, new processing",
    ],
    ["that is over", factsOf(meetingWith({ end: iso(NOW - 1) })), "created, new failed"],
    ["that is wrong", factsOf(meetingWith({ meeting_url: 7 })), "created, new failed"],
    ["that wants no bot", factsOf(meetingWith({ status: "draft" })), "ignored: no-bot-wanted"],
    [
      "that is wrong and wants no bot",
      factsOf(meetingWith({ meeting_url: 7, status: "x" })),
      "ignored: no-bot-wanted",
    ],
    [
      "that is cancelled",
      factsOf(meetingWith({ status: "cancelled" })),
      "ignored: nothing-to-cancel",
    ],
    ["that is gone", factsOf(undefined), "ignored: nothing-to-cancel"],
    ["but one to nothing", factsOf(foreign()), "ignored: already-linked"],
    [
      "but a cancelled one to nothing",
      factsOf(foreign({ status: "cancelled" })),
      "ignored: nothing-to-cancel",
    ],
    [
      "but somebody else's, whatever is asked",
      factsOf(foreign({ start: iso(NOW + DAY) }), sentFor(ASKED, { status: "failed" })),
      "ignored: already-linked",
    ],
    ["whose room has its bot", factsOf(ASKED, undefined, [other()]), "joined, other processing"],
    [
      "whose room has its bot in the queue",
      factsOf(later(), undefined, [waitingFor(later(), { id: "other" })]),
      "joined, other queued",
    ],
    [
      "whose occurrence is recorded",
      factsOf(ASKED, undefined, [other({ status: "done" })]),
      "joined, other done",
    ],
    [
      "whose occurrence was recorded before it moved",
      factsOf(later({ occurrence_start_utc: iso(NOW) }), undefined, [other({ status: "done" })]),
      "created, new queued",
    ],
    [
      "whose occurrence failed",
      factsOf(ASKED, undefined, [other({ status: "failed" })]),
      "created, new processing",
    ],
    [
      "whose room's bot was told to leave",
      factsOf(ASKED, undefined, [other({ cancelRequestedAt: NOW })]),
      "created, new processing",
    ],
    [
      "whose room has a bot for another occurrence",
      factsOf(meetingWith({ start: iso(NOW - HOUR) }), undefined, [other()]),
      "created, new processing",
    ],
    [
      "without a start, with a bot in the room",
      factsOf(now, undefined, [other()]),
      "joined, other processing",
    ],
    [
      "without a start, with next week's bot planned",
      factsOf(now, undefined, [waitingFor(later(), { id: "other" })]),
      "created, new processing",
    ],
    [
      "that is wrong, whose room has a bot",
      factsOf(meetingWith({ start: iso(NOW), bot_name: 7 }), undefined, [other()]),
      "created, new failed",
    ],
    [
      "of nobody's organisation, whatever is in the room",
      factsOf(meetingWith({ start: iso(NOW), creator_organization_id: null }), undefined, [
        other(),
      ]),
      "created, new processing",
    ],
  ];
  for (const [what, facts, outcome] of cases) {
    it(`${what}: ${outcome}`, () => {
      expect(outcomeOf(facts)).to.equal(outcome);
    });
  }
});

describe("a meeting that was written over, link and all", () => {
  const lost = (fields: object = {}): Meeting => meetingWith({ start: iso(NOW), ...fields });
  const cases: [what: string, facts: ServeFacts, outcome: string][] = [
    ["keeps its bot", factsOf(lost(), sentFor(ASKED)), "replanned"],
    [
      "is cancelled all the same",
      factsOf(lost({ status: "cancelled" }), sentFor(ASKED)),
      "released, old leaving",
    ],
    [
      "takes its bot out of the other room",
      factsOf(lost({ creator_organization_id: "other" }), sentFor(ASKED)),
      "created, old leaving, new processing",
    ],
    [
      "does not take along a bot that it had left before",
      factsOf(lost({ status: "cancelled" }), sentFor(ASKED, { meetings: ["meetings/two"] })),
      "ignored: nothing-to-cancel",
    ],
  ];
  for (const [what, facts, outcome] of cases) {
    it(`${what}: ${outcome}`, () => {
      expect(outcomeOf(facts)).to.equal(outcome);
    });
  }

  it("is deleted once, however often that is told", () => {
    const left = sentFor(ASKED, { meetings: [] });
    expect(outcomeOf(factsOf(undefined, left))).to.equal("ignored: nothing-to-cancel");
  });
});

describe("a call whose commit was made though its answer was lost", () => {
  it("knows the instance that it has made", () => {
    const linked = sentFor(ASKED, { id: EVENT.instanceId });
    const meeting = meetingWith({ bot_instance_id: EVENT.instanceId });
    expect(outcomeOf(factsOf(meeting, linked))).to.equal("repeated");
    expect(outcomeOf(factsOf(meeting))).to.equal("repeated");
  });

  it("knows the instance that it has claimed when it changed its plan", () => {
    const linked = sentFor(ASKED, { claimToken: EVENT.token });
    expect(outcomeOf(factsOf(linkedMeeting({}, ASKED), linked))).to.equal("repeated");
  });
});
