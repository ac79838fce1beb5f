import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { failure } from "../../src/errors.ts";
import { type ServeFacts, serve } from "../../src/meeting/serve.ts";
import { HOUR } from "../../src/time.ts";
import { type BotChange, changesOf, eventsOf } from "../../src/webhooks/events.ts";
import { AT, NOW, queued, started } from "../support/instances.ts";
import {
  EVENT,
  factsOf,
  iso,
  linkedMeeting,
  meetingWith,
  PATH,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

/** What is told, and of which meetings: `recording.completed of one, two`. */
function toldOf(...changes: BotChange[]): string[] {
  return changes
    .flatMap(eventsOf)
    .map(({ type, data }) => `${type} of ${data.meetings.map(({ id }) => id).join(", ")}`);
}

const BOTH = { meetings: ["meetings/one", "meetings/two"] };
const ended = (status: BotInstance["status"], fields: Partial<BotInstance> = {}) =>
  started({ status, phase: undefined, wakeAt: undefined, ...fields });

describe("what is told of a change of a bot", () => {
  const table: [what: string, change: BotChange, told: string[]][] = [
    ["that is made", { after: queued() }, ["bot.status_changed of one"]],
    ["that is made and claimed", { after: started() }, ["bot.status_changed of one"]],
    [
      "that is made and cannot be sent",
      { after: ended("failed") },
      ["recording.failed of one", "bot.status_changed of one"],
    ],
    ["that is claimed", { before: queued(), after: started() }, ["bot.status_changed of one"]],
    ["that enters a phase", { before: started(), after: started({ phase: "recording" }) }, []],
    ["that sends a heartbeat", { before: started(), after: started({ heartbeatAt: NOW }) }, []],
    [
      "that is told to leave",
      { before: started(), after: started({ cancelRequestedAt: NOW }) },
      [],
    ],
    ["that is queued again", { before: started(), after: queued() }, ["bot.status_changed of one"]],
    [
      "that is done, for all its meetings",
      { before: started(BOTH), after: ended("done", BOTH) },
      ["recording.completed of one, two", "bot.status_changed of one, two"],
    ],
    [
      "that fails, for all its meetings",
      { before: started(BOTH), after: ended("failed", BOTH) },
      ["recording.failed of one, two", "bot.status_changed of one, two"],
    ],
    [
      "that ends as cancelled, though its meeting is still there",
      { before: queued(), after: ended("cancelled") },
      ["bot.status_changed of one"],
    ],
    [
      "that its only meeting cancels before it was sent",
      {
        before: queued(),
        after: ended("cancelled", { meetings: [] }),
        cancelledMeeting: "meetings/one",
      },
      ["meeting.cancelled of one", "bot.status_changed of one"],
    ],
    [
      "that its only meeting cancels while it records",
      {
        before: started(),
        after: started({ meetings: [], cancelRequestedAt: NOW }),
        cancelledMeeting: "meetings/one",
      },
      ["meeting.cancelled of one"],
    ],
    [
      "that one of several cancels",
      {
        before: started(BOTH),
        after: started({ meetings: ["meetings/two"] }),
        cancelledMeeting: "meetings/one",
      },
      ["meeting.cancelled of one"],
    ],
    [
      "that is done after its last meeting has gone",
      { before: started({ meetings: [] }), after: ended("done", { meetings: [] }) },
      ["recording.completed of ", "bot.status_changed of "],
    ],
    [
      "that has ended before its meeting goes",
      {
        before: ended("done"),
        after: ended("done", { meetings: [] }),
        cancelledMeeting: "meetings/one",
      },
      [],
    ],
    ["that another meeting joins", { before: started(), after: started(BOTH) }, []],
    [
      "that another meeting joins when it is done",
      { before: ended("done"), after: ended("done", BOTH) },
      ["recording.completed of two"],
    ],
    [
      "whose recording is erased",
      { before: ended("done"), after: ended("done", { outputs: [] }) },
      [],
    ],
  ];
  for (const [what, change, told] of table) {
    it(`${what}: ${told.join("; ") || "nothing"}`, () => {
      expect(toldOf(change)).to.deep.equal(told);
    });
  }

  it("is the bot as it is afterwards", () => {
    const error = { ...failure("BOT_CRASHED", "join", "It fell."), at: NOW };
    const change = { before: started(), after: ended("failed", { error }) };
    for (const { data } of eventsOf(change)) {
      expect(data).to.include({ botInstanceId: "instance", status: "failed" });
      expect(data.error).to.include({ code: "BOT_CRASHED" });
    }
  });
});

describe("what is told when a meeting is served", () => {
  const later = meetingWith({ start: iso(NOW + HOUR) });
  const linkedLater = linkedMeeting({ start: iso(NOW + HOUR) }, later);
  const table: [what: string, facts: () => ServeFacts, told: string[]][] = [
    ["gets a bot", () => factsOf(meetingWith()), ["bot.status_changed of one"]],
    [
      "cannot be served",
      () => factsOf(meetingWith({ meeting_url: "https://example.com/" })),
      ["recording.failed of one", "bot.status_changed of one"],
    ],
    [
      "joins a bot at work",
      () => factsOf(meetingWith(), undefined, [sentFor(meetingWith(), { meetings: [] })]),
      [],
    ],
    [
      "is cancelled",
      () => factsOf(linkedMeeting({ status: "cancelled" }), waitingFor(meetingWith())),
      ["meeting.cancelled of one", "bot.status_changed of one"],
    ],
    ["is deleted", () => factsOf(undefined, sentFor(meetingWith())), ["meeting.cancelled of one"]],
    [
      "moves to another time, and so to another bot",
      () => factsOf(linkedMeeting({ start: iso(NOW + 2 * HOUR) }, later), waitingFor(later)),
      ["bot.status_changed of one", "bot.status_changed of one"],
    ],
    [
      "asks for something else of a bot that waits",
      () =>
        factsOf(
          linkedMeeting({ start: iso(NOW + HOUR), end: iso(NOW + 2 * HOUR) }, later),
          waitingFor(later),
        ),
      [],
    ],
    ["has what it asks for", () => factsOf(linkedLater, waitingFor(later)), []],
  ];
  for (const [what, facts, told] of table) {
    it(`that ${what}: ${told.join("; ") || "nothing"}`, () => {
      const served = serve(facts(), EVENT, AT);
      const changes = "plan" in served ? changesOf(served, PATH) : [];
      expect(toldOf(...changes)).to.deep.equal(told);
    });
  }

  it("goes to the organisation of each bot, when a meeting moves to another one", () => {
    const moved = linkedMeeting({ creator_organization_id: "other" });
    const served = serve(factsOf(moved, waitingFor(meetingWith())), EVENT, AT);
    if (!("plan" in served)) throw new Error(served.kind);
    const told = changesOf(served, PATH).flatMap(eventsOf);
    expect(told.map(({ data }) => [data.organizationId, data.status])).to.deep.equal([
      ["org", "cancelled"],
      ["other", "processing"],
    ]);
  });
});
