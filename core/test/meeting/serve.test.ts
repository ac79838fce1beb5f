import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import type { Meeting } from "../../src/meeting/meeting.ts";
import { type ServeFacts, serve } from "../../src/meeting/serve.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/time.ts";
import { AT, LINK, NOW } from "../support/instances.ts";
import {
  afterPlan,
  EVENT,
  factsOf,
  iso,
  linkedMeeting,
  meetingWith,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

/** What becomes of a meeting, and of every instance that changes. */
function outcomeOf(facts: ServeFacts): string {
  const served = serve(facts, EVENT, AT);
  if (served.kind === "ignored") return `ignored: ${served.reason}`;
  if (served.kind === "repeated") return "repeated";
  const changes = Object.values(afterPlan(served.plan)).map(
    ({ id, status, cancelRequestedAt }) =>
      `${id} ${cancelRequestedAt === undefined || status !== "processing" ? status : "leaving"}`,
  );
  return [served.kind, ...changes].join(", ");
}

const ASKED = meetingWith({ start: iso(NOW) });
const ended = (status: BotInstance["status"]) =>
  sentFor(ASKED, { status, phase: undefined, wakeAt: undefined });
const LINKED = {
  waiting: waitingFor(ASKED),
  "at work": sentFor(ASKED),
  leaving: sentFor(ASKED, { cancelRequestedAt: NOW - 1 }),
  done: ended("done"),
  failed: ended("failed"),
  cancelled: ended("cancelled"),
};
type LinkedState = keyof typeof LINKED;
const all = (outcome: string) =>
  Object.fromEntries(Object.keys(LINKED).map((state) => [state, outcome])) as Record<
    LinkedState,
    string
  >;
const again = (status: string) => ({
  ...all(`created, new ${status}`),
  waiting: `created, old cancelled, new ${status}`,
  "at work": `created, old leaving, new ${status}`,
  leaving: `created, old leaving, new ${status}`,
});
const details = {
  ...again("processing"),
  waiting: "replanned, old processing",
  "at work": "replanned",
  done: "joined, old done",
};

const EDITS: [edit: string, fields: object, outcomes: Record<LinkedState, string>][] = [
  ["nothing that is asked for", { title: "x", bot_name: "x" }, all("ignored: already-linked")],
  ["the status to one that says nothing", { status: "draft" }, all("ignored: no-bot-wanted")],
  ["the options", { recording_options: { quality: "high" } }, details],
  ["the link's password", { meeting_url: `${LINK}?pwd=mended` }, details],
  ["the end", { end: iso(NOW + HOUR) }, details],
  ["the room", { meeting_url: "https://meet.google.com/xyz-defg-hij" }, again("processing")],
  ["the organisation", { creator_organization_id: "other" }, again("processing")],
  ["the start to next week", { start: iso(NOW + 7 * DAY) }, again("queued")],
  [
    "the start by five minutes",
    { start: iso(NOW - 5 * MINUTE) },
    { ...again("processing"), "at work": "replanned" },
  ],
  ["a detail into a wrong one", { bot_name: 7 }, { ...again("failed"), "at work": "replanned" }],
  ["the link into a wrong one", { meeting_url: "https://example.com" }, again("failed")],
  ["the end into the past", { end: iso(NOW - 1) }, { ...details, ...overByNow() }],
];

function overByNow(): Partial<Record<LinkedState, string>> {
  const failed = "created, new failed";
  return {
    waiting: "replanned, old queued",
    leaving: "created, old leaving, new failed",
    failed,
    cancelled: failed,
  };
}

describe("a linked meeting whose user changes", () => {
  for (const [edit, fields, outcomes] of EDITS) {
    for (const [state, linked] of Object.entries(LINKED)) {
      const outcome = outcomes[state as LinkedState];
      it(`${edit} while its bot is ${state}: ${outcome}`, () => {
        const meeting = linkedMeeting({ start: iso(NOW), ...fields }, ASKED);
        expect(outcomeOf(factsOf(meeting, linked))).to.equal(outcome);
      });
    }
  }

  const released: Record<LinkedState, string> = {
    waiting: "released, old cancelled",
    "at work": "released, old leaving",
    leaving: "released, old leaving",
    done: "released, old done",
    failed: "released, old failed",
    cancelled: "released, old cancelled",
  };
  for (const [state, linked] of Object.entries(LINKED)) {
    const outcome = released[state as LinkedState];
    it(`the status to cancelled, or deletes it, while its bot is ${state}: ${outcome}`, () => {
      const cancelled = linkedMeeting({ start: iso(NOW), status: "cancelled" }, ASKED);
      expect(outcomeOf(factsOf(cancelled, linked))).to.equal(outcome);
      expect(outcomeOf(factsOf(undefined, linked))).to.equal(outcome);
    });
  }
});

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
      factsOf(meetingWith({ start: iso(NOW + 2 * MINUTE + SECOND + 1) })),
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
      factsOf(foreign({ start: iso(NOW + DAY) }), LINKED.failed),
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
    ["keeps its bot", factsOf(lost(), LINKED["at work"]), "replanned"],
    [
      "is cancelled all the same",
      factsOf(lost({ status: "cancelled" }), LINKED["at work"]),
      "released, old leaving",
    ],
    [
      "takes its bot out of the other room",
      factsOf(lost({ creator_organization_id: "other" }), LINKED["at work"]),
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
