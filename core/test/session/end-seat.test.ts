import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { endSeat, hasTakenOver, tellToLeave } from "../../src/session/end-seat.ts";
import { MINUTE, SECOND } from "../../src/time.ts";
import { NOW, started } from "../support/instances.ts";
import { seating } from "../support/meetings.ts";

const bot = (id: string, fields: Partial<BotInstance> = {}) => started({ id, ...fields });
const older = (fields: Partial<BotInstance> = {}) =>
  bot("older", { succeededBy: "new", leaveAt: NOW + MINUTE, ...fields });
const gone = (fields: Partial<BotInstance> = {}) =>
  bot("new", { status: "cancelled", takesOverFrom: "older", ...fields });

describe("the end of a bot in its room", () => {
  const room = seating(older(), bot("new"));

  it("is noted with its seat", () => {
    const { session, changed } = endSeat(
      bot("new", { status: "failed" }),
      room,
      undefined,
      NOW + 1,
    );
    expect(session.seats["new"]).to.include({ status: "failed", updatedAt: NOW + 1 });
    expect(changed).to.deep.equal([]);
  });

  it("leaves the room to the one before when nobody wants it any more", () => {
    const { session, changed } = endSeat(gone(), room, older(), NOW);
    expect(session).to.include({ currentId: "older" });
    expect(changed.map(({ patch }) => patch)).to.deep.equal([
      { succeededBy: undefined, leaveAt: undefined, updatedAt: NOW },
    ]);
  });

  const cases: [what: string, ended: BotInstance, before: BotInstance | undefined][] = [
    ["that one has been told to leave", gone(), older({ leaveAt: NOW })],
    ["that one has ended", gone(), older({ status: "done" })],
    ["that one has another successor", gone(), older({ succeededBy: "another" })],
    ["that one is gone", gone(), undefined],
    ["it gave way to another one", gone({ mergedInto: "another" }), older()],
    ["it has failed", gone({ status: "failed" }), older()],
    ["it is not the one that is there", gone({ id: "third" }), older({ succeededBy: "third" })],
  ];
  for (const [what, ended, before] of cases) {
    it(`does not, when ${what}`, () => {
      expect(endSeat(ended, room, before, NOW).changed).to.deep.equal([]);
    });
  }
});

describe("a bot that takes over", () => {
  const recordingFor = (seconds: number, fields: Partial<BotInstance> = {}) =>
    bot("new", {
      takesOverFrom: "older",
      phase: "recording",
      phaseAt: { recording: NOW - seconds * SECOND },
      ...fields,
    });

  it("has done so after ten seconds of its recording, once", () => {
    expect(hasTakenOver(recordingFor(10), NOW)).to.equal(true);
    expect(hasTakenOver(recordingFor(9), NOW)).to.equal(false);
    expect(hasTakenOver(recordingFor(10, { handedOverAt: NOW }), NOW)).to.equal(false);
    expect(hasTakenOver(recordingFor(10, { takesOverFrom: undefined }), NOW)).to.equal(false);
    expect(hasTakenOver(bot("new", { takesOverFrom: "older" }), NOW)).to.equal(false);
  });

  it("has the one before leave at once, unless that has left or is leaving", () => {
    expect(tellToLeave(older(), NOW)[0]?.patch).to.deep.equal({ leaveAt: NOW, updatedAt: NOW });
    for (const other of [undefined, older({ status: "done" }), older({ leaveAt: NOW - 1 })]) {
      expect(tellToLeave(other, NOW)).to.deep.equal([]);
    }
  });
});
