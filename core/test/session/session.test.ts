import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { parseMeeting } from "../../src/meeting/meeting.ts";
import {
  findSeat,
  isShareable,
  occurrenceKeyOf,
  type Seat,
  sessionKeyOf,
  settleSeat,
  takeSeat,
} from "../../src/session/session.ts";
import { HOUR } from "../../src/time.ts";
import { LINK, NAMING, NOW, queued, RULES, started } from "../support/instances.ts";

const DAY = 24 * HOUR;
const meeting = (fields: Record<string, unknown> = {}) =>
  parseMeeting(
    { meeting_url: LINK, creator_organization_id: "org", ...fields },
    NAMING.meeting,
    RULES,
  );
const room = (fields: Record<string, unknown> = {}, path = "meetings/one") =>
  sessionKeyOf(meeting(fields), path);
const seat = (fields: Partial<Seat> = {}): Seat => ({
  instanceId: "instance",
  status: "processing",
  updatedAt: NOW,
  ...fields,
});
const TUESDAY = new Date(NOW).toISOString();

describe("the room of a meeting", () => {
  it("is one for all links to it and all documents about it", () => {
    expect(room({ meeting_url: `${LINK}?authuser=1` }, "users/x/meetings/two")).to.equal(room());
  });

  it("is another one for another organisation, meeting or provider", () => {
    const rooms = [
      room(),
      room({ creator_organization_id: "other" }),
      room({ meeting_url: "https://meet.google.com/xyz-defg-hij" }),
      room({ meeting_url: "https://zoom.us/j/912345678" }),
      room({ meeting_url: "https://teams.live.com/meet/912345678" }),
    ];
    expect(new Set(rooms)).to.have.property("size", rooms.length);
  });

  it("is the document's own where no organisation is named", () => {
    const alone = { creator_organization_id: undefined };
    expect(room(alone)).to.equal(room(alone)).and.not.equal(room(alone, "meetings/two"));
  });

  it("is another one for another meeting in the same document, too", () => {
    const alone = { creator_organization_id: undefined };
    const mended = { ...alone, meeting_url: "https://meet.google.com/xyz-defg-hij" };
    expect(room(mended)).to.not.equal(room(alone));
    expect(room({ ...alone, meeting_url: `${LINK}?authuser=1` })).to.equal(room(alone));
  });

  it("is the document's own where the link is refused", () => {
    const refused = { meeting_url: "https://example.com/" };
    expect(room(refused)).to.not.equal(room(refused, "meetings/two"));
  });

  it("cannot be forged by an organisation's name", () => {
    expect(room({ creator_organization_id: "document" })).to.not.equal(
      room({ creator_organization_id: undefined }),
    );
  });

  it("has a key of one length everywhere", () => {
    for (const key of [room(), room({ creator_organization_id: undefined })]) {
      expect(key).to.match(/^[0-9a-f]{64}$/);
    }
  });
});

describe("the seat that a meeting wants", () => {
  it("is its occurrence's, as an instant and not as a text", () => {
    const spelled = ["2030-01-31T09:00:00Z", "2030-01-31T10:00:00+01:00"].map((start) =>
      occurrenceKeyOf(meeting({ start })),
    );
    expect(spelled).to.deep.equal([TUESDAY, TUESDAY]);
  });

  it("is taken from the occurrence before the start, so that a moved meeting is the same one", () => {
    const moved = { occurrence_start_utc: TUESDAY, start: "2030-02-01T09:00:00Z" };
    expect(occurrenceKeyOf(meeting(moved))).to.equal(TUESDAY);
  });

  const shared: [what: string, seats: Record<string, Seat>, wanted: string, found: boolean][] = [
    ["an occurrence with a live bot", { [TUESDAY]: seat() }, TUESDAY, true],
    ["an occurrence with a queued bot", { [TUESDAY]: seat({ status: "queued" }) }, TUESDAY, true],
    ["an occurrence that is recorded", { [TUESDAY]: seat({ status: "done" }) }, TUESDAY, true],
    ["an occurrence that failed", { [TUESDAY]: seat({ status: "failed" }) }, TUESDAY, false],
    [
      "an occurrence that was cancelled",
      { [TUESDAY]: seat({ status: "cancelled" }) },
      TUESDAY,
      false,
    ],
    ["another occurrence", { other: seat() }, TUESDAY, false],
    ["a room without a bot", {}, "ad-hoc", false],
    ["whoever is in the room", { [TUESDAY]: seat({ startAt: NOW }) }, "ad-hoc", true],
    ["whoever came without a time", { "ad-hoc": seat() }, "ad-hoc", true],
    [
      "next week's bot",
      { later: seat({ status: "queued", startAt: NOW + 7 * DAY }) },
      "ad-hoc",
      false,
    ],
    ["whoever was in the room", { "ad-hoc": seat({ status: "done" }) }, "ad-hoc", false],
    ["an ad-hoc bot that was done before", { "ad-hoc": seat({ status: "done" }) }, "ad-hoc", false],
    ["somebody behind an ended seat", { a: seat({ status: "done" }), b: seat() }, "ad-hoc", true],
  ];
  for (const [what, seats, wanted, found] of shared) {
    it(`is ${found ? "shared" : "not shared"} with ${what}`, () => {
      expect(findSeat({ seats }, wanted, NOW) !== undefined).to.equal(found);
    });
  }
});

describe("whoever came without a time", () => {
  it("finds the seat of its own kind before that of an occurrence", () => {
    const seats = { [TUESDAY]: seat({ startAt: NOW }), "ad-hoc": seat({ instanceId: "mine" }) };
    expect(findSeat({ seats }, "ad-hoc", NOW)).to.include({ instanceId: "mine" });
  });
});

describe("a bot that others may rely on", () => {
  const cases: [what: string, instance: BotInstance, expected: boolean][] = [
    ["waits", queued(), true],
    ["is at work", started(), true],
    ["is done", started({ status: "done" }), true],
    [
      "is done although it was told to leave",
      started({ status: "done", cancelRequestedAt: NOW }),
      true,
    ],
    ["has failed", started({ status: "failed" }), false],
    ["was cancelled", started({ status: "cancelled" }), false],
    ["was told to leave", started({ cancelRequestedAt: NOW }), false],
  ];
  for (const [what, instance, expected] of cases) {
    it(`is ${expected ? "" : "not "}one that ${what}`, () => {
      expect(isShareable(instance)).to.equal(expected);
    });
  }
});

describe("taking and settling a seat", () => {
  const instance = queued({ occurrenceKey: TUESDAY, startAt: NOW });

  it("seats an instance beside the others", () => {
    const before = { seats: { other: seat() } };
    const { seats } = takeSeat(before, instance, NOW);
    expect(seats).to.deep.equal({
      other: seat(),
      [TUESDAY]: seat({ instanceId: "instance", status: "queued", startAt: NOW }),
    });
  });

  it("forgets seats that ended a month ago, and no live one", () => {
    const old = NOW - 30 * DAY;
    const seats = {
      ended: seat({ status: "done", updatedAt: old }),
      live: seat({ updatedAt: old }),
      late: seat({ status: "done", updatedAt: old + 1 }),
    };
    expect(takeSeat({ seats }, instance, NOW).seats).to.have.all.keys("live", "late", TUESDAY);
  });

  it("notes what became of an instance", () => {
    const taken = takeSeat({ seats: {} }, instance, NOW);
    const settled = settleSeat(taken, { ...instance, status: "done" }, NOW + 1);
    expect(settled.seats[TUESDAY]).to.include({ status: "done", updatedAt: NOW + 1 });
  });

  it("leaves a seat alone that another instance has by now", () => {
    const session = { seats: { [TUESDAY]: seat({ instanceId: "newer" }) } };
    expect(settleSeat(session, { ...instance, status: "failed" }, NOW)).to.equal(session);
  });
});
