import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
import { LINK, NOW } from "../support/instances.ts";
import {
  factsOf,
  iso,
  linkedMeeting,
  meetingWith,
  outcomeOf,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

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
  ["the options", { recording_options: { preset: "slow" } }, details],
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
  [
    "its time into the past",
    { start: iso(NOW - HOUR), end: iso(NOW - 1), occurrence_start_utc: iso(NOW) },
    { ...details, ...overByNow() },
  ],
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
