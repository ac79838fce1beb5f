import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { claim } from "../../src/bot-instance/transitions/claim.ts";
import {
  claimSeat,
  givesWayTo,
  hasItsRecording,
  type RoomFacts,
} from "../../src/session/claim-seat.ts";
import { HOUR, MINUTE, SECOND } from "../../src/time.ts";
import { patchOf } from "../support/decisions.ts";
import { AT, NOW } from "../support/instances.ts";
import { doneFor, iso, meetingWith, seating, sentFor, waitingFor } from "../support/meetings.ts";

const asked = (at?: number, fields: object = {}) =>
  meetingWith({ ...(at !== undefined && { start: iso(at) }), ...fields });
/** The instance that is claimed, which is planned for an instant, or for now. */
const mine = (at?: number, fields: Partial<BotInstance> = {}) =>
  waitingFor(asked(at), { id: "mine", ...fields });
/** The one that was claimed last in the room. */
const there = (at?: number, fields: Partial<BotInstance> = {}) =>
  sentFor(asked(at), { id: "there", ...fields });
const RECORDING = { phase: "recording", progress: { bytesStored: 1 } } as const;

function seated(instance: BotInstance, current?: BotInstance, more: Partial<RoomFacts> = {}) {
  const patch = patchOf(claim(instance, { token: "t", claimedBy: "test" }, AT));
  const bots = [instance, current, more.older].filter((bot) => bot !== undefined);
  const session = seating(
    ...bots.toSorted((a, b) => (a.id === "there" ? 1 : b.id === "there" ? -1 : 0)),
  );
  return claimSeat(instance, patch, { session, current, twins: [], ...more }, AT);
}
/** What becomes of the one that is claimed, and of the room's others. */
function outcomeOf(...facts: Parameters<typeof seated>): string {
  const { patch, changed } = seated(...facts);
  const own =
    patch.mergedInto !== undefined ? `merged into ${patch.mergedInto}` : (patch.status ?? "waits");
  const others = changed.map(({ instance, patch: change }) => {
    if (change.succeededBy !== undefined) {
      return `${instance.id} leaves in ${((change.leaveAt ?? 0) - NOW) / MINUTE} min`;
    }
    return change.leaveAt === undefined
      ? `${instance.id} has its meetings`
      : `${instance.id} leaves`;
  });
  return [own, ...others].join(", ");
}

describe("a claim in a room", () => {
  const soon = NOW + MINUTE;
  const cases: [what: string, outcome: string, ...facts: Parameters<typeof seated>][] = [
    ["that is empty", "processing", mine(soon)],
    ["whose bot is its own, from an attempt before", "processing", mine(soon), mine(soon)],
    ["whose bot has ended", "processing", mine(soon), there(NOW - HOUR, { status: "failed" })],
    [
      "whose bot was told to leave",
      "processing",
      mine(soon),
      there(undefined, { cancelRequestedAt: NOW }),
    ],
    [
      "whose bot of another occurrence records",
      "processing, there leaves in 6 min",
      mine(soon),
      there(NOW - HOUR, RECORDING),
    ],
    [
      "whose bot of another occurrence records, until later",
      "processing, there leaves in 35 min",
      mine(soon),
      there(NOW - HOUR, { ...RECORDING, endAt: NOW + 30 * MINUTE }),
    ],
    [
      "whose bot of another occurrence was not let in",
      "processing, there leaves in 6 min",
      mine(soon),
      there(NOW - HOUR),
    ],
    [
      "whose bot of another occurrence took over itself and was not let in",
      "processing, there leaves in 0 min",
      mine(soon),
      there(NOW - HOUR, { takesOverFrom: "older" }),
    ],
    [
      "whose bot has stopped recording",
      "processing, there leaves in 6 min",
      mine(soon),
      there(NOW - HOUR, { ...RECORDING, recordingEndedAt: NOW - MINUTE }),
    ],
    [
      "whose bot converts",
      "processing",
      mine(soon),
      there(NOW - HOUR, { ...RECORDING, phase: "converting" }),
    ],
    [
      "where a still earlier bot is being handed over",
      "processing, there leaves in 6 min, older leaves",
      mine(soon),
      there(NOW - HOUR, RECORDING),
      {
        older: sentFor(asked(NOW - 2 * HOUR), { id: "older", ...RECORDING, leaveAt: NOW + MINUTE }),
      },
    ],
    ["that a later occurrence's bot has", "failed", mine(NOW - HOUR / 2), there(NOW, RECORDING)],
    [
      "whose bot is of its occurrence",
      "merged into there, there has its meetings",
      mine(NOW),
      there(NOW),
    ],
    [
      "for now, whose bot is on its way",
      "merged into there, there has its meetings",
      mine(),
      there(NOW - HOUR),
    ],
    [
      "whose ad-hoc bot records and was asked for shortly before",
      "merged into there, there has its meetings",
      mine(soon),
      there(undefined, { ...RECORDING, createdAt: soon - 4 * MINUTE }),
    ],
    [
      "whose ad-hoc bot records and was asked for longer ago",
      "processing, there leaves in 6 min",
      mine(soon),
      there(undefined, { ...RECORDING, createdAt: soon - 4 * MINUTE - 1 }),
    ],
    [
      "whose ad-hoc bot was asked for shortly before and is still at the door",
      "merged into there, there has its meetings",
      mine(soon),
      there(undefined, { createdAt: NOW - 1 }),
    ],
    [
      "where its occurrence is recorded",
      "merged into done, done has its meetings",
      mine(NOW - HOUR / 2),
      undefined,
      { twins: [doneFor(asked(NOW - HOUR / 2), { id: "done" })] },
    ],
    [
      "where its occurrence is being stored",
      "waits",
      mine(NOW - HOUR / 2),
      undefined,
      { twins: [there(NOW - HOUR / 2, { phase: "uploading" })] },
    ],
    [
      "of one that others made, for no meeting",
      "waits",
      mine(NOW, { requestHash: undefined, wantedLinks: 0 }),
      there(NOW - HOUR, RECORDING),
    ],
  ];
  for (const [what, outcome, ...facts] of cases) {
    it(`${what}: ${outcome}`, () => {
      expect(outcomeOf(...facts)).to.equal(outcome);
    });
  }

  it("is a hand-over: the new bot knocks at its start, and is the one that others join", () => {
    const { patch, session } = seated(mine(soon), there(NOW - HOUR, RECORDING));
    expect(patch).to.include({ takesOverFrom: "there", joinAt: soon });
    expect(session).to.include({ currentId: "mine" });
    expect(seated(mine(soon), there(NOW - HOUR)).patch.joinAt).to.equal(soon);
  });

  it("that only finishes what was recorded has nothing to do with who is there", () => {
    const finishing = mine(NOW, { attempt: 1, finishOnly: true, progress: { bytesStored: 1 } });
    const { patch, changed, session } = seated(finishing, there(NOW - HOUR, RECORDING));
    expect(patch).to.include({ status: "processing", finishOnly: true });
    expect(changed).to.deep.equal([]);
    expect(session).to.include({ currentId: "there" });
  });

  it("merges what both are to do, and counts the meetings that are to be moved", () => {
    const guest = mine(NOW + MINUTE, {
      endAt: NOW + HOUR,
      wantedLinks: 2,
      recordingOptions: { formats: ["audio.mp3"] },
    });
    const adHoc = there(undefined, RECORDING);
    const { patch, changed, session } = seated(guest, adHoc);
    expect(patch).to.include({ status: "cancelled", mergedInto: "there", wakeAt: NOW });
    expect(changed[0]?.patch).to.deep.equal({
      endAt: NOW + HOUR,
      recordingOptions: { formats: ["video.mp4", "audio.m4a", "audio.mp3"] },
      wantedLinks: 3,
      updatedAt: NOW,
    });
    expect(session.seats["mine"]).to.include({ status: "cancelled" });
    expect(session).to.include({ currentId: "there" });
  });
});

describe("hasItsRecording", () => {
  const cases: [
    what: string,
    fields: Partial<BotInstance>,
    startAt: number | undefined,
    has: boolean,
  ][] = [
    ["has recorded", {}, NOW - HOUR, true],
    ["has recorded what was asked for now", {}, undefined, true],
    ["had ended before the start", {}, NOW, false],
    ["had ended when the meeting began", {}, NOW - MINUTE, false],
    ["was told to leave", { cancelRequestedAt: NOW - HOUR }, NOW - HOUR, false],
    ["was erased", { recordingErasedAt: NOW }, NOW - HOUR, false],
    ["was tried again", { retriedBy: "new" }, NOW - HOUR, false],
    ["has failed", { status: "failed" }, NOW - HOUR, false],
    ["is at work", { status: "processing" }, NOW - HOUR, false],
  ];
  for (const [what, fields, startAt, has] of cases) {
    it(`is ${has} for one that ${what}`, () => {
      const done = doneFor(asked(NOW - HOUR), fields);
      expect(hasItsRecording(done, { startAt })).to.equal(has);
    });
  }
});

describe("givesWayTo", () => {
  const adHoc = (fields: Partial<BotInstance> = {}) =>
    there(undefined, { ...RECORDING, ...fields });
  const cases: [what: string, current: BotInstance, instance: BotInstance, gives: boolean][] = [
    ["one for now to whoever is there", there(NOW - HOUR), mine(), true],
    ["one to another of its occurrence", there(NOW), mine(NOW + 30 * SECOND), true],
    ["one to another of an earlier occurrence", there(NOW - HOUR, RECORDING), mine(NOW), false],
    ["a planned one to an ad-hoc one that records", adHoc(), mine(NOW), true],
    ["a planned one to an ad-hoc one that waits at the door", there(), mine(NOW), true],
    [
      "a planned one to one that was asked for long before",
      adHoc({ createdAt: NOW - HOUR }),
      mine(NOW),
      false,
    ],
  ];
  for (const [what, current, instance, gives] of cases) {
    it(`is ${gives} for ${what}`, () => {
      expect(givesWayTo(current, instance, AT)).to.equal(gives);
    });
  }
});
