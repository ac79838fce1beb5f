import { expect } from "chai";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/time.ts";
import { BOT_STATES, type BotState, factsIn } from "../support/bot-states.ts";
import { LINK, NOW } from "../support/instances.ts";
import { iso, linkedMeeting, meetingWith, outcomeOf } from "../support/meetings.ts";

type Outcomes = Record<BotState, string>;
const ASKED = meetingWith({ start: iso(NOW) });

const all = (outcome: string) =>
  Object.fromEntries(BOT_STATES.map((state) => [state, outcome])) as Outcomes;

/** Nothing that the bot would do changes; one that gave way is left for the one that has its meetings. */
const UNCHANGED: Outcomes = {
  ...all("ignored: already-linked"),
  "merged into one at work": "joined, other processing",
  "tried again by one at work": "joined, other processing",
  gone: "created, new processing",
};
/** The meeting keeps its bot, which does what it asks for now as far as that is still possible. */
const KEPT: Outcomes = {
  waiting: "replanned, old processing",
  "at work": "noted, old processing",
  recording: "noted, old processing",
  leaving: "noted, old leaving",
  pausing: "noted, old queued",
  converting: "noted, old processing",
  finishing: "noted, old queued",
  done: "noted",
  failed: "noted",
  cancelled: "noted",
  "merged into one at work": "joined, other processing",
  "tried again by one at work": "joined, other processing",
  gone: "created, new processing",
};
/** What the meeting gets that leaves its bot for another one, which is then `state`. */
const another = (state: string): Outcomes => ({
  waiting: `created, old cancelled, new ${state}`,
  "at work": `created, old leaving, new ${state}`,
  recording: `created, old leaving, new ${state}`,
  leaving: `created, old leaving, new ${state}`,
  pausing: `created, old cancelled, new ${state}`,
  converting: `created, old leaving, new ${state}`,
  finishing: `created, old queued, new ${state}`,
  done: `created, old done, new ${state}`,
  failed: `created, old failed, new ${state}`,
  cancelled: `created, old cancelled, new ${state}`,
  "merged into one at work": `created, other processing, new ${state}`,
  "tried again by one at work": `created, other processing, new ${state}`,
  gone: `created, new ${state}`,
});
/** A correction: what has failed, was called off, or is on its way out is done anew, as it is asked for now. */
const corrected = (state = "processing"): Outcomes => {
  const { leaving, failed, cancelled, gone } = another(state);
  return { ...KEPT, leaving, failed, cancelled, gone };
};
/** The same of one that a bot that waits cannot take over: its first occurrence never moves. */
const correctedElsewhere = (state = "processing"): Outcomes => ({
  ...corrected(state),
  waiting: another(state).waiting,
});

const EDITS: [edit: string, fields: object, outcomes: Outcomes][] = [
  ["what nobody asks for", { title: "x" }, UNCHANGED],
  ["the link's decoration", { meeting_url: `${LINK}?authuser=1` }, UNCHANGED],
  ["the status to one that says nothing", { status: "draft" }, all("ignored: no-bot-wanted")],
  ["the bot's name", { bot_name: "x" }, KEPT],
  ["the path", { gcs_path: "a" }, KEPT],
  ["the time zone", { timezone: "UTC" }, KEPT],
  ["the creator", { creator_user_id: "x" }, KEPT],
  ["the options", { recording_options: { preset: "slow" } }, corrected()],
  ["the link's password", { meeting_url: `${LINK}?pwd=mended` }, corrected()],
  ["the end", { end: iso(NOW + HOUR) }, corrected()],
  ["the room", { meeting_url: "https://meet.google.com/xyz-defg-hij" }, another("processing")],
  ["the organisation", { creator_organization_id: "other" }, another("processing")],
  ["the start to five minutes ago", { start: iso(NOW - 5 * MINUTE) }, correctedElsewhere()],
  [
    "the start by half a minute",
    { start: iso(NOW + 30 * SECOND) },
    { ...corrected(), done: another("processing").done },
  ],
  [
    "the start to just within the lead",
    { start: iso(NOW + 2 * MINUTE) },
    { ...correctedElsewhere(), done: another("processing").done },
  ],
  ["the start to beyond the lead", { start: iso(NOW + 3 * MINUTE) }, another("queued")],
  ["the start to next week", { start: iso(NOW + 7 * DAY) }, another("queued")],
  ["the start to none", { start: null }, corrected()],
  [
    "the start of its occurrence to tomorrow",
    { start: iso(NOW + DAY), occurrence_start_utc: iso(NOW) },
    { ...another("queued"), waiting: "replanned, old queued" },
  ],
  ["the occurrence", { occurrence_start_utc: iso(NOW + DAY) }, correctedElsewhere()],
  ["a detail into a wrong one", { bot_name: 7 }, correctedElsewhere("failed")],
  ["the link into a wrong one", { meeting_url: "https://example.com" }, another("failed")],
  [
    "its time into the past",
    { start: iso(NOW - HOUR), end: iso(NOW - 1), occurrence_start_utc: iso(NOW) },
    correctedElsewhere("failed"),
  ],
];

const RELEASED: Outcomes = {
  waiting: "released, old cancelled",
  "at work": "released, old leaving",
  recording: "released, old leaving",
  leaving: "released, old leaving",
  pausing: "released, old cancelled",
  converting: "released, old leaving",
  finishing: "released, old queued",
  done: "released, old done",
  failed: "released, old failed",
  cancelled: "released, old cancelled",
  "merged into one at work": "released, other processing",
  "tried again by one at work": "released, other processing",
  gone: "cleared",
};

describe("a linked meeting whose user changes", () => {
  for (const [edit, fields, outcomes] of EDITS) {
    for (const state of BOT_STATES) {
      it(`${edit} while its bot is ${state}: ${outcomes[state]}`, () => {
        const meeting = linkedMeeting({ start: iso(NOW), ...fields }, ASKED);
        expect(outcomeOf(factsIn(state, meeting, ASKED))).to.equal(outcomes[state]);
      });
    }
  }
});

describe("a linked meeting that its user cancels or deletes", () => {
  for (const state of BOT_STATES) {
    it(`lets its bot go that is ${state}: ${RELEASED[state]}`, () => {
      const cancelled = linkedMeeting({ start: iso(NOW), status: "cancelled" }, ASKED);
      expect(outcomeOf(factsIn(state, cancelled, ASKED))).to.equal(RELEASED[state]);
      const deleted = state === "gone" ? "ignored: nothing-to-cancel" : RELEASED[state];
      expect(outcomeOf(factsIn(state, undefined, ASKED))).to.equal(deleted);
    });
  }
});

describe("a linked meeting whose instance is gone", () => {
  const left = (status: string, fields: object = {}) => {
    const { requestHash: request_hash, detailsHash: details_hash } = ASKED;
    const recording = { request_hash, details_hash, status };
    return factsIn("gone", linkedMeeting({ start: iso(NOW), recording, ...fields }, ASKED), ASKED);
  };
  const cases: [status: string, fields: object, outcome: string][] = [
    ["done", {}, "ignored: already-linked"],
    ["failed", {}, "ignored: already-linked"],
    ["cancelled", {}, "ignored: already-linked"],
    ["queued", {}, "created, new processing"],
    ["processing", {}, "created, new processing"],
    ["done", { bot_name: "x" }, "ignored: already-linked"],
    ["done", { end: iso(NOW + HOUR) }, "created, new processing"],
    ["failed", { end: iso(NOW + HOUR) }, "created, new processing"],
    ["done", { status: "cancelled" }, "cleared"],
    ["processing", { status: "cancelled" }, "cleared"],
  ];
  for (const [status, fields, outcome] of cases) {
    it(`and that was ${status}, changing ${JSON.stringify(fields)}: ${outcome}`, () => {
      expect(outcomeOf(left(status, fields))).to.equal(outcome);
    });
  }

  it("is served as old as its document is: a bot is not sent hours after it was asked for", () => {
    const { requestHash: request_hash } = meetingWith();
    const recording = { request_hash, status: "processing" };
    const meeting = meetingWith({ bot_instance_id: "old", recording });
    const facts = { ...factsIn("gone", meeting, meeting), createdAt: NOW - 61 * MINUTE };
    expect(outcomeOf(facts)).to.equal("created, new failed");
  });
});
