import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { EARLY_MS } from "../../src/bot-instance/transitions/claim.ts";
import type { ServeFacts } from "../../src/meeting/hold.ts";
import type { Meeting } from "../../src/meeting/meeting.ts";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
import { NOW } from "../support/instances.ts";
import {
  afterPlan,
  doneFor,
  EVENT,
  factsOf,
  iso,
  linkedMeeting,
  linkOf,
  MADE_AT,
  meetingWith,
  outcomeOf,
  planOf,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

const ASKED = meetingWith({ start: iso(NOW) });
type Case = [what: string, facts: ServeFacts, outcome: string];

function describeCases(cases: readonly Case[]): void {
  for (const [what, facts, outcome] of cases) {
    it(`${what}: ${outcome}`, () => {
      expect(outcomeOf(facts)).to.equal(outcome);
    });
  }
}

describe("a meeting without a link", () => {
  const foreign = (fields: object = {}) => meetingWith({ bot_instance_id: "old", ...fields });
  describeCases([
    ["that wants a bot now", factsOf(meetingWith()), "created, new processing"],
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
    [
      "that began longer ago than a bot is first sent",
      factsOf(meetingWith({ start: iso(NOW - HOUR - 1) })),
      "created, new failed",
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
      "but to a bot that knows nothing of it, whatever is asked",
      factsOf(foreign({ start: iso(NOW + DAY) }), sentFor(ASKED), [], { link: undefined }),
      "ignored: already-linked",
    ],
  ]);
});

describe("a meeting that was written over, link and all", () => {
  const lost = (fields: object = {}): Meeting => meetingWith({ start: iso(NOW), ...fields });
  const withoutLink = { link: undefined };
  const former = { link: linkOf(sentFor(ASKED), { state: "former" }) };
  describeCases([
    ["keeps its bot", factsOf(lost(), sentFor(ASKED)), "noted, old processing"],
    ["keeps its recording", factsOf(lost(), doneFor(ASKED)), "noted"],
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
      factsOf(lost({ status: "cancelled" }), sentFor(ASKED), [], withoutLink),
      "ignored: nothing-to-cancel",
    ],
    [
      "and that had left its bot, gets another one",
      factsOf(lost(), sentFor(ASKED, { wantedLinks: 0, cancelRequestedAt: NOW }), [], former),
      "created, new processing",
    ],
  ]);

  it("is deleted once, however often that is told", () => {
    const left = sentFor(ASKED, { wantedLinks: 0 });
    expect(outcomeOf(factsOf(undefined, left, [], withoutLink))).to.equal(
      "ignored: nothing-to-cancel",
    );
    expect(outcomeOf(factsOf(undefined, left, [], former))).to.equal("ignored: nothing-to-cancel");
  });
});

describe("a document that was deleted and written again", () => {
  const rewritten = (linked: BotInstance, meeting: Meeting | undefined = ASKED) =>
    factsOf(meeting, linked, [], { createdAt: MADE_AT + 1 });
  const planned = meetingWith({ start: iso(NOW + HOUR) });
  const before = meetingWith({ start: iso(NOW - HOUR / 2) });

  describeCases([
    [
      "leaves the bot that it had",
      rewritten(sentFor(ASKED)),
      "created, old leaving, new processing",
    ],
    [
      "leaves the one that was planned",
      rewritten(waitingFor(planned), planned),
      "created, old cancelled, new queued",
    ],
    [
      "leaves it to whoever shares it, and joins it as anybody does",
      rewritten(sentFor(ASKED, { wantedLinks: 2 })),
      "joined, old processing",
    ],
    [
      "is linked to the recording of its occurrence, as a late copy is",
      rewritten(doneFor(before), before),
      "joined, old done",
    ],
    [
      "is not linked to one that ended before its start",
      rewritten(doneFor(ASKED)),
      "created, old done, new processing",
    ],
    [
      "lets the bot go when it wants none",
      rewritten(sentFor(ASKED), meetingWith({ start: iso(NOW), status: "cancelled" })),
      "released, old leaving",
    ],
  ]);

  it("is counted once by a bot that it leaves and joins", () => {
    const plan = planOf(rewritten(sentFor(ASKED, { wantedLinks: 2 })));
    expect(afterPlan(plan)["old"]).to.include({ wantedLinks: 2 });
    const [link] = plan.links;
    expect(plan.links).to.have.length(1);
    expect(link?.link).to.include({
      meetingCreatedAt: MADE_AT + 1,
      state: "wanted",
      joinedAt: NOW,
    });
  });
});

describe("a document that has gone to another organisation", () => {
  it("leaves the bot of the one before, whatever else it asks for", () => {
    const moved = linkedMeeting({ start: iso(NOW), creator_organization_id: "other" }, ASKED);
    expect(outcomeOf(factsOf(moved, sentFor(ASKED)))).to.equal(
      "created, old leaving, new processing",
    );
    expect(planOf(factsOf(moved, doneFor(ASKED))).left).to.equal(undefined);
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
