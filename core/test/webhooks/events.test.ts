import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import type { ServeFacts } from "../../src/meeting/hold.ts";
import { serve } from "../../src/meeting/serve.ts";
import { HOUR } from "../../src/time.ts";
import { type BotChange, changesOf, noticesOf } from "../../src/webhooks/events.ts";
import { AT, NOW, queued, started } from "../support/instances.ts";
import {
  doneFor,
  EVENT,
  factsOf,
  iso,
  linkedMeeting,
  meetingWith,
  PATH,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

/** What is told, and of which meeting, or of all that the bot has: `recording.completed of all`. */
function toldOf(...changes: BotChange[]): string[] {
  return changes
    .flatMap(noticesOf)
    .map(({ type, meeting }) => `${type} of ${meeting?.split("/").at(-1) ?? "all"}`);
}

const ended = (status: BotInstance["status"], fields: Partial<BotInstance> = {}) =>
  started({ status, phase: undefined, wakeAt: undefined, ...fields });

describe("what is told of a change of a bot", () => {
  const table: [what: string, change: BotChange, told: string[]][] = [
    ["that is made", { after: queued() }, ["bot.status_changed of all"]],
    ["that is made and claimed", { after: started() }, ["bot.status_changed of all"]],
    [
      "that is made and cannot be sent",
      { after: ended("failed"), joinedMeeting: PATH },
      ["recording.failed of all", "bot.status_changed of all"],
    ],
    ["that is claimed", { before: queued(), after: started() }, ["bot.status_changed of all"]],
    ["that enters a phase", { before: started(), after: started({ phase: "recording" }) }, []],
    ["that sends a heartbeat", { before: started(), after: started({ heartbeatAt: NOW }) }, []],
    [
      "that is told to leave",
      { before: started(), after: started({ cancelRequestedAt: NOW }) },
      [],
    ],
    [
      "that hands its room over",
      { before: started(), after: started({ succeededBy: "next", leaveAt: NOW + HOUR }) },
      [],
    ],
    ["that is queued again", { before: started(), after: queued() }, ["bot.status_changed of all"]],
    [
      "that is done",
      { before: started(), after: ended("done") },
      ["recording.completed of all", "bot.status_changed of all"],
    ],
    [
      "that fails",
      { before: started(), after: ended("failed") },
      ["recording.failed of all", "bot.status_changed of all"],
    ],
    [
      "that ends as cancelled, though its meeting is still there",
      { before: queued(), after: ended("cancelled") },
      ["bot.status_changed of all"],
    ],
    [
      "that gives way to another one",
      { before: queued(), after: ended("cancelled", { mergedInto: "other" }) },
      [],
    ],
    [
      "that another one's meetings are moved to",
      { before: started(), after: started({ wantedLinks: 2 }) },
      [],
    ],
    [
      "that its only meeting cancels before it was sent",
      {
        before: queued(),
        after: ended("cancelled", { wantedLinks: 0, formerLinks: 1 }),
        cancelledMeeting: PATH,
      },
      ["meeting.cancelled of one", "bot.status_changed of all"],
    ],
    [
      "that its only meeting cancels while it records",
      {
        before: started(),
        after: started({ wantedLinks: 0, formerLinks: 1, cancelRequestedAt: NOW }),
        cancelledMeeting: PATH,
      },
      ["meeting.cancelled of one"],
    ],
    [
      "that one of several cancels",
      { before: started({ wantedLinks: 2 }), after: started(), cancelledMeeting: PATH },
      ["meeting.cancelled of one"],
    ],
    [
      "that has ended before its meeting goes",
      {
        before: ended("done"),
        after: ended("done", { wantedLinks: 0, formerLinks: 1 }),
        cancelledMeeting: PATH,
      },
      [],
    ],
    [
      "that another meeting joins",
      { before: started(), after: started({ wantedLinks: 2 }), joinedMeeting: PATH },
      [],
    ],
    [
      "that another meeting joins when it is done",
      { before: ended("done"), after: ended("done", { wantedLinks: 2 }), joinedMeeting: PATH },
      ["recording.completed of one"],
    ],
    [
      "whose recording is erased",
      { before: ended("done"), after: ended("done", { outputs: [] }) },
      [],
    ],
    [
      "that has told all its meetings of its end",
      { before: ended("done", { wakeAt: NOW }), after: ended("done") },
      [],
    ],
  ];
  for (const [what, change, told] of table) {
    it(`${what}: ${told.join("; ") || "nothing"}`, () => {
      expect(toldOf(change)).to.deep.equal(told);
    });
  }
});

describe("what is told when a meeting is served", () => {
  const later = meetingWith({ start: iso(NOW + HOUR) });
  const linkedLater = linkedMeeting({ start: iso(NOW + HOUR) }, later);
  const table: [what: string, facts: () => ServeFacts, told: string[]][] = [
    ["gets a bot", () => factsOf(meetingWith()), ["bot.status_changed of all"]],
    [
      "cannot be served",
      () => factsOf(meetingWith({ meeting_url: "https://example.com/" })),
      ["recording.failed of all", "bot.status_changed of all"],
    ],
    [
      "joins a bot at work",
      () => factsOf(meetingWith(), undefined, [sentFor(meetingWith(), { id: "other" })]),
      [],
    ],
    [
      "joins a recording",
      () =>
        factsOf(meetingWith({ start: iso(NOW - HOUR) }), undefined, [
          doneFor(meetingWith({ start: iso(NOW - HOUR) }), { id: "other" }),
        ]),
      ["recording.completed of one"],
    ],
    [
      "is cancelled",
      () => factsOf(linkedMeeting({ status: "cancelled" }), waitingFor(meetingWith())),
      ["meeting.cancelled of one", "bot.status_changed of all"],
    ],
    ["is deleted", () => factsOf(undefined, sentFor(meetingWith())), ["meeting.cancelled of one"]],
    [
      "moves to another time, and so to another bot",
      () => factsOf(linkedMeeting({ start: iso(NOW + 2 * HOUR) }, later), waitingFor(later)),
      ["bot.status_changed of all", "bot.status_changed of all"],
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
    const told = changesOf(served, PATH).filter((change) => noticesOf(change).length > 0);
    expect(told.map(({ after }) => [after.creatorOrganizationId, after.status])).to.deep.equal([
      ["org", "cancelled"],
      ["other", "processing"],
    ]);
  });
});
