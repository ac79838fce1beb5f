import { expect } from "chai";
import {
  bump,
  currentIn,
  dueSeats,
  isFull,
  isSameOccurrence,
  type Occasion,
  readSession,
  type Seat,
  type Session,
  seatsOf,
  settleSeat,
  takeSeat,
} from "../../src/session/session.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/time.ts";
import { NOW, queued } from "../support/instances.ts";

const seat = (instanceId: string, fields: Partial<Seat> = {}): Seat => ({
  instanceId,
  status: "processing",
  updatedAt: NOW,
  ...fields,
});
/** The seat of a bot that is planned for an instant, or for now. */
const planned = (instanceId: string, at: number | undefined, fields: Partial<Seat> = {}) =>
  seat(instanceId, { ...(at !== undefined && { anchorAt: at, startAt: at }), ...fields });
const roomOf = (...seats: Seat[]): Session => ({
  seats: Object.fromEntries(seats.map((one) => [one.instanceId, one])),
  version: 1,
});
const idsOf = (seats: readonly Seat[]) => seats.map(({ instanceId }) => instanceId);

describe("isSameOccurrence", () => {
  const at = (anchorAt: number | undefined, fields: Occasion = {}) => ({
    anchorAt,
    startAt: anchorAt,
    ...fields,
  });
  const cases: [what: string, one: Occasion, other: Occasion, expected: boolean][] = [
    ["the same start", at(NOW), at(NOW), true],
    ["starts half a minute apart", at(NOW), at(NOW + 30 * SECOND), true],
    ["starts just less than two minutes apart", at(NOW), at(NOW + 2 * MINUTE - 1), true],
    ["starts two minutes apart", at(NOW), at(NOW + 2 * MINUTE), false],
    [
      "one that ends when the other starts",
      at(NOW, { endAt: NOW + MINUTE }),
      at(NOW + MINUTE),
      false,
    ],
    [
      "one that ends after the other has started",
      at(NOW, { endAt: NOW + MINUTE + 1 }),
      at(NOW + MINUTE),
      true,
    ],
    ["an occurrence that was moved to tomorrow", at(NOW), at(NOW, { startAt: NOW + DAY }), true],
    [
      "one that was moved to after the other's end",
      at(NOW, { endAt: NOW + HOUR }),
      at(NOW, { startAt: NOW + DAY }),
      false,
    ],
    ["one that was asked for now", at(NOW), at(undefined), false],
    ["two that were asked for now", at(undefined), at(undefined), false],
  ];
  for (const [what, one, other, expected] of cases) {
    it(`is ${expected} for ${what}`, () => {
      expect(isSameOccurrence(one, other)).to.equal(expected);
      expect(isSameOccurrence(other, one)).to.equal(expected);
    });
  }
});

describe("the seats of an occurrence", () => {
  it("are those of bots that go, are there, or have recorded it", () => {
    const states: [Seat["status"], boolean][] = [
      ["queued", true],
      ["processing", true],
      ["done", true],
      ["failed", false],
      ["cancelled", false],
    ];
    for (const [status, found] of states) {
      const room = roomOf(planned("a", NOW, { status }), planned("b", NOW + HOUR), seat("now"));
      expect(idsOf(seatsOf(room, { anchorAt: NOW })), status).to.deep.equal(found ? ["a"] : []);
    }
  });

  it("come the nearest first, then the earlier", () => {
    const room = roomOf(
      planned("a minute later", NOW + MINUTE),
      planned("half a minute earlier", NOW - 30 * SECOND),
      planned("half a minute later", NOW + 30 * SECOND),
    );
    expect(idsOf(seatsOf(room, { anchorAt: NOW }))).to.deep.equal([
      "half a minute earlier",
      "half a minute later",
      "a minute later",
    ]);
  });

  it("are none for who comes without a time", () => {
    expect(seatsOf(roomOf(planned("a", NOW), seat("now")), {})).to.deep.equal([]);
  });
});

describe("the seats that are due", () => {
  it("are those of live bots whose time has come, the latest first", () => {
    const room = roomOf(
      planned("early", NOW - HOUR),
      planned("late", NOW),
      planned("next", NOW + 1),
      planned("over", NOW, { status: "done" }),
      seat("now"),
    );
    expect(idsOf(dueSeats(room, NOW))).to.deep.equal(["late", "early"]);
  });
});

describe("who was claimed last in a room", () => {
  it("is whom the lock names, if anybody", () => {
    const room = roomOf(planned("a", NOW), planned("b", NOW));
    expect(currentIn({ ...room, currentId: "b" }, NOW)).to.equal("b");
    expect(currentIn(room, NOW)).to.equal(undefined);
  });

  const earlier: [what: string, seats: Seat[], expected: string | undefined][] = [
    ["whoever came without a time", [planned("a", NOW), seat("now")], "now"],
    ["the latest that is due", [planned("a", NOW - HOUR), planned("b", NOW)], "b"],
    ["nobody whose time has not come", [planned("a", NOW + 1)], undefined],
    ["nobody who is gone", [seat("now", { status: "done" })], undefined],
  ];
  for (const [what, seats, expected] of earlier) {
    it(`is, in a lock of the version before, ${what}`, () => {
      const { version: _, ...room } = roomOf(...seats);
      expect(currentIn(room, NOW)).to.equal(expected);
    });
  }
});

describe("taking and settling a seat", () => {
  const instance = queued({ anchorAt: NOW, startAt: NOW, endAt: NOW + HOUR });

  it("seats an instance beside the others, of its occurrence too", () => {
    const other = planned("other", NOW);
    expect(takeSeat(roomOf(other), instance, NOW)).to.deep.equal({
      seats: {
        other,
        instance: planned("instance", NOW, { status: "queued", endAt: NOW + HOUR }),
      },
      version: 2,
    });
  });

  it("notes what became of an instance, and leaves the room of one without a seat alone", () => {
    const taken = takeSeat(roomOf(), instance, NOW);
    const settled = settleSeat(taken, { ...instance, status: "done" }, NOW + 1);
    expect(settled.seats["instance"]).to.include({ status: "done", updatedAt: NOW + 1 });
    expect(settled.version).to.equal(3);
    expect(settleSeat(taken, queued({ id: "other" }), NOW)).to.equal(taken);
  });

  it("forgets seats that ended a month ago, and no live one", () => {
    const updatedAt = NOW - 30 * DAY;
    const room = roomOf(
      seat("ended", { status: "done", updatedAt }),
      seat("live", { updatedAt }),
      seat("late", { status: "done", updatedAt: updatedAt + 1 }),
    );
    const { seats } = takeSeat(room, instance, NOW);
    expect(seats).to.have.all.keys("live", "late", "instance");
  });

  it("counts every decision, since a write that changes nothing is none", () => {
    expect(bump({ seats: {} })).to.deep.equal({ seats: {}, version: 1 });
    expect(bump({ seats: {}, currentId: "a", version: 7 })).to.deep.equal({
      seats: {},
      currentId: "a",
      version: 8,
    });
  });

  it("has no place for one more beside two thousand, unless some ended long ago", () => {
    const many = (fields: Partial<Seat>) =>
      roomOf(...Array.from({ length: 2000 }, (_, index) => seat(`${index}`, fields)));
    expect(isFull(many({}), NOW)).to.equal(true);
    expect(isFull(many({ status: "failed", updatedAt: NOW - 30 * DAY }), NOW)).to.equal(false);
  });
});

describe("a lock that the version before has written", () => {
  const KEY = new Date(NOW).toISOString();

  it("is read with its seats by instance, each with its occurrence", () => {
    const seats = { [KEY]: seat("planned", { startAt: NOW }), "ad-hoc": seat("now") };
    expect(readSession({ seats })).to.deep.equal({
      seats: { planned: planned("planned", NOW), now: seat("now") },
    });
  });

  it("tells the occurrence of a meeting that was moved by its key, not by its start", () => {
    const { seats } = readSession({ seats: { [KEY]: seat("moved", { startAt: NOW + DAY }) } });
    expect(seats["moved"]).to.include({ anchorAt: NOW, startAt: NOW + DAY });
  });

  it("is one of ours once we have written it, whatever an id looks like", () => {
    const room = roomOf(seat("2030-01-31"));
    expect(readSession(room)).to.deep.equal(room);
  });

  it("may be an empty document", () => {
    expect(readSession({})).to.deep.equal({ seats: {} });
  });
});
