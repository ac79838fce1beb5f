import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { findWaitingSeat, isWaiting, waitingMeetings } from "../../src/import/waiting.ts";
import type { Session } from "../../src/session/session.ts";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
import { NOW, queued, RULES } from "../support/instances.ts";
import { linkedMeeting, seating } from "../support/meetings.ts";
import { recorded } from "./imports.ts";

const ended = (fields: Partial<BotInstance> = {}) =>
  queued({ status: "failed", creatorOrganizationId: "org", ...fields });

describe("an instance waits for a recording", () => {
  const cases: [waits: boolean, what: string, instance: BotInstance][] = [
    [true, "that has failed", ended()],
    [true, "that was cancelled", ended({ status: "cancelled" })],
    [true, "that is in the queue", ended({ status: "queued" })],
    [false, "that is at work", ended({ status: "processing" })],
    [false, "that has a recording", ended({ status: "done" })],
    [
      false,
      "that has some of one stored",
      ended({ status: "queued", progress: { bytesStored: 1 } }),
    ],
    [false, "whose recording somebody had removed", ended({ recordingErasedAt: NOW })],
    [false, "of another organisation", ended({ creatorOrganizationId: "other" })],
    [false, "of no organisation", ended({ creatorOrganizationId: undefined })],
  ];
  for (const [waits, what, instance] of cases) {
    it(`${waits ? "when it is one" : "unless it is one"} ${what}`, () => {
      expect(isWaiting(instance, recorded())).to.equal(waits);
    });
  }
});

describe("the meetings of an instance that waits", () => {
  const instance = ended({ id: "old" });
  const namesOf = (fields: Record<string, unknown>) =>
    waitingMeetings(instance, [
      { path: "meetings/one", createdAt: NOW, meeting: linkedMeeting(fields) },
    ]).length;

  it("are those that are linked to it, whatever their status asks for, but none that is cancelled", () => {
    expect(namesOf({})).to.equal(1);
    expect(namesOf({ status: "draft" })).to.equal(1);
    expect(namesOf({ status: "cancelled" })).to.equal(0);
    expect(namesOf({ bot_instance_id: "new" })).to.equal(0);
    expect(namesOf({ creator_organization_id: "other" })).to.equal(0);
  });
});

describe("the seat that waits for a recording", () => {
  const seated = (id: string, startAt: number | undefined, fields: Partial<BotInstance> = {}) =>
    ended({ id, startAt, anchorAt: startAt, ...fields });
  const found = (session: Session) => findWaitingSeat(session, recorded(), RULES)?.instanceId;

  it("is that of the meeting that began last", () => {
    const room = seating(
      seated("early", NOW - 3 * HOUR),
      seated("late", NOW - HOUR),
      seated("next", NOW + MINUTE),
    );
    expect(found(room)).to.equal("late");
  });

  it("is that of a bot that was wanted at once", () => {
    expect(found(seating(seated("now", undefined)))).to.equal("now");
  });

  it("is none of a meeting that was long over", () => {
    expect(found(seating(seated("yesterday", NOW - DAY)))).to.equal(undefined);
  });

  it("is none that has, or may have, a recording", () => {
    const start = NOW - HOUR;
    expect(found(seating(seated("done", start, { status: "done" })))).to.equal(undefined);
    expect(found(seating(seated("at work", start, { status: "processing" })))).to.equal(undefined);
  });

  it("is none in an empty room", () => {
    expect(found(seating())).to.equal(undefined);
  });
});
