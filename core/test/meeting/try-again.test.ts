import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { HOUR, MINUTE } from "../../src/time.ts";
import { NOW } from "../support/instances.ts";
import {
  afterPlan,
  doneFor,
  factsOf,
  iso,
  linkedMeeting,
  linkOf,
  meetingWith,
  outcomeOf,
  planOf,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

const TIMES = { start: iso(NOW - HOUR / 2), end: iso(NOW + HOUR) };
const ASKED = meetingWith(TIMES);
const again = (fields: object = {}, asked = ASKED) =>
  linkedMeeting({ ...TIMES, recording_retry: "1", ...fields }, asked);
const ended = (status: BotInstance["status"], fields: Partial<BotInstance> = {}) =>
  sentFor(ASKED, { status, phase: undefined, wakeAt: undefined, processedAt: NOW - 1, ...fields });
const source = { uri: "gs://b/x", recordingId: "x" };

describe("another attempt that somebody asks for", () => {
  const over = { start: iso(NOW - HOUR), end: iso(NOW - 1) };
  const cases: [what: string, linked: BotInstance, outcome: string, meeting?: typeof ASKED][] = [
    ["of one that has failed", ended("failed"), "created, old retried by new, new processing"],
    [
      "of one that was cancelled",
      ended("cancelled"),
      "created, old retried by new, new processing",
    ],
    ["of one that is done", doneFor(ASKED), "created, old retried by new, new processing"],
    ["of one at work", sentFor(ASKED), "noted, old processing"],
    [
      "of one that waits for its time",
      waitingFor(meetingWith({ start: iso(NOW + HOUR) })),
      "replanned, old queued",
      again({ start: iso(NOW + HOUR), end: null }, meetingWith({ start: iso(NOW + HOUR) })),
    ],
    [
      "of one that pauses",
      sentFor(ASKED, { status: "queued", phase: undefined, wakeAt: NOW + MINUTE }),
      "noted, old queued",
    ],
    ["of an import that has failed", ended("failed", { source }), "replanned, old queued"],
    ["of a meeting that is over", ended("failed"), "noted", again(over, meetingWith(over))],
    [
      "of one that was planned for now, too long ago",
      ended("failed", { createdAt: NOW - 61 * MINUTE, startAt: undefined, endAt: undefined }),
      "noted",
      again({ start: null, end: null }),
    ],
  ];
  for (const [what, linked, outcome, meeting = again()] of cases) {
    it(`${what}: ${outcome}`, () => {
      expect(outcomeOf(factsOf(meeting, linked))).to.equal(outcome);
    });
  }

  it("ends the pause of one between two attempts", () => {
    const pausing = sentFor(ASKED, { status: "queued", phase: undefined, wakeAt: NOW + MINUTE });
    expect(planOf(factsOf(again(), pausing)).instance).to.include({ wakeAt: NOW, attempt: 1 });
  });

  it("asks nothing when it was served, or is asked no more", () => {
    const failed = ended("failed");
    const served = { link: linkOf(failed, { retryServed: "1" }) };
    const { requestHash: request_hash, detailsHash: details_hash } = ASKED;
    const recording = { request_hash, details_hash, retry_served: "1" };
    for (const recording_retry of ["1", null]) {
      const facts = factsOf(again({ recording_retry, recording }), failed, [], served);
      expect(outcomeOf(facts)).to.equal("ignored: already-linked");
    }
    const other = factsOf(again({ recording_retry: "2", recording }), failed, [], served);
    expect(outcomeOf(other)).to.contain("created");
  });

  it("takes all along that want the bot, which are told so", () => {
    const plan = planOf(factsOf(again(), ended("failed", { wantedLinks: 3, formerLinks: 1 })));
    expect(plan.created).to.include({ wantedLinks: 3 });
    expect(afterPlan(plan)["old"]).to.include({
      retriedBy: "new",
      wantedLinks: 0,
      formerLinks: 2,
      wakeAt: NOW,
    });
    const links = plan.links.map(({ instanceId, link }) => [instanceId, link?.state]);
    expect(links).to.have.deep.members([
      ["old", "former"],
      ["new", "wanted"],
    ]);
    const created = plan.links.find(({ instanceId }) => instanceId === "new");
    expect(created?.link).to.include({ retryServed: "1" });
  });

  it("is not linked to the very recording that is tried again, which stays shown", () => {
    const plan = planOf(factsOf(again(), doneFor(ASKED)));
    expect(plan.instance).to.include({ id: "new" });
    expect(plan.left).to.include({ id: "old", status: "done" });
  });

  it("joins the bot that is there by now", () => {
    const there = sentFor(ASKED, { id: "there" });
    const plan = planOf(factsOf(again(), ended("failed", { wantedLinks: 2 }), [there]));
    expect(plan.instance).to.include({ id: "there", wantedLinks: 3 });
    expect(afterPlan(plan)["old"]).to.include({ retriedBy: "there" });
  });
});
