import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { EARLY_MS } from "../../src/bot-instance/transitions/claim.ts";
import type { ServeFacts } from "../../src/meeting/hold.ts";
import type { LinkedMeeting } from "../../src/meeting/linked-meeting.ts";
import type { Meeting } from "../../src/meeting/meeting.ts";
import { letFormerGo } from "../../src/meeting/serve.ts";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
import { AT, NOW } from "../support/instances.ts";
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

describe("a link that the version before has made", () => {
  /** It knows neither the document's age nor what it was made for. */
  const earlier = (linked: BotInstance): LinkedMeeting => {
    const { requestHash: _, detailsHash: __, meetingCreatedAt: ___, ...link } = linkOf(linked);
    return link;
  };
  const { requestHashV1 } = ASKED;
  const meeting = linkedMeeting({
    start: iso(NOW),
    recording: { request_hash: requestHashV1, status: "processing" },
  });
  const listed = { meetings: ["meetings/one"] };
  const facts = (linked: BotInstance, is: Meeting | undefined = meeting) =>
    factsOf(is, linked, [], { link: earlier(linked) });
  const cancelled = linkedMeeting({ start: iso(NOW), status: "cancelled" }, ASKED);

  describeCases([
    ["is kept at work", facts(sentFor(ASKED, listed)), "ignored: already-linked"],
    ["is kept when it is done", facts(doneFor(ASKED, listed)), "ignored: already-linked"],
    ["is released", facts(sentFor(ASKED, listed), cancelled), "released, old leaving"],
    [
      "is released with its document",
      factsOf(undefined, sentFor(ASKED, listed), [], { link: earlier(sentFor(ASKED)) }),
      "released, old leaving",
    ],
  ]);

  it("is a document from the first change on", () => {
    const linked = sentFor(ASKED, { meetings: ["meetings/one", "meetings/two"], wantedLinks: 2 });
    const edited = linkedMeeting(
      { start: iso(NOW), end: iso(NOW + HOUR), recording: { request_hash: requestHashV1 } },
      ASKED,
    );
    const plan = planOf(facts(linked, edited));
    expect(afterPlan(plan)["old"]).to.deep.include({ meetings: ["meetings/two"], wantedLinks: 2 });
    expect(plan.links.map(({ link }) => link?.requestHash)).to.deep.equal([edited.requestHash]);
  });
});

describe("a meeting's bot of before", () => {
  const elsewhere = linkedMeeting({ bot_instance_id: "other" });
  const letGo = (linked: BotInstance, link = linkOf(linked)) => {
    const plan = letFormerGo(factsOf(elsewhere, linked, [], { link }), AT);
    return plan && Object.values(afterPlan(plan)).map(({ id, wantedLinks }) => [id, wantedLinks]);
  };

  it("is let go when the document is linked to another one by now", () => {
    expect(letGo(sentFor(ASKED))).to.deep.equal([["old", 0]]);
    expect(letGo(waitingFor(ASKED, { wantedLinks: 2 }))).to.deep.equal([["old", 1]]);
  });

  it("is left as it is when it has ended, or does not count the meeting any more", () => {
    expect(letGo(doneFor(ASKED))).to.equal(undefined);
    expect(letGo(sentFor(ASKED), linkOf(sentFor(ASKED), { state: "former" }))).to.equal(undefined);
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
