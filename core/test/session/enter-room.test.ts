import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { claim } from "../../src/bot-instance/transitions/claim.ts";
import { parseMeeting } from "../../src/meeting/meeting.ts";
import { enterRoom, seatNeededBy } from "../../src/session/enter-room.ts";
import { occurrenceKeyOf, sessionKeyOf } from "../../src/session/session.ts";
import { patchOf } from "../support/decisions.ts";
import { AT, LINK, NAMING, NOW, queued, RULES, started } from "../support/instances.ts";

const theirs = (fields: Partial<BotInstance> = {}) =>
  queued({ creatorOrganizationId: "org", ...fields });

describe("the seat that an instance of others needs", () => {
  it("is the one that a meeting with the same link would have", () => {
    const document = { meeting_url: `${LINK}?authuser=1`, creator_organization_id: "org" };
    for (const startAt of [undefined, NOW]) {
      const start = startAt && new Date(startAt).toISOString();
      const meeting = parseMeeting({ ...document, start }, NAMING.meeting, RULES);
      expect(seatNeededBy(theirs({ startAt }), RULES)).to.deep.equal({
        sessionKey: sessionKeyOf(meeting, "meetings/one"),
        occurrenceKey: occurrenceKeyOf(meeting),
      });
    }
  });

  it("is none for one that shares with nobody, has a seat, or goes nowhere", () => {
    for (const fields of [
      { creatorOrganizationId: undefined },
      { sessionKey: "key" },
      { meetingUrl: "https://example.com/" },
    ]) {
      expect(seatNeededBy(theirs(fields), RULES)).to.equal(undefined);
    }
  });
});

describe("enterRoom", () => {
  const seat = { sessionKey: "room", occurrenceKey: "ad-hoc" };
  const claimed = patchOf(claim(theirs(), { token: "t", claimedBy: "test" }, AT));
  const entered = (seated?: BotInstance) => enterRoom(claimed, seat, seated, NOW);
  const other = (fields: Partial<BotInstance> = {}) => started({ id: "other", ...fields });

  it("takes the seat that nobody has", () => {
    expect(entered()).to.deep.equal({ ...claimed, ...seat });
  });

  it("takes the seat of one that is gone or will go", () => {
    for (const fields of [
      { status: "failed" },
      { status: "cancelled" },
      { cancelRequestedAt: NOW },
    ] as const) {
      expect(entered(other(fields))).to.deep.equal({ ...claimed, ...seat });
    }
  });

  it("sends no second bot, and calls that no failure", () => {
    for (const seated of [other(), other({ status: "queued" }), other({ status: "done" })]) {
      const patch = entered(seated);
      expect(patch).to.include({ status: "cancelled", claimToken: "t", processedAt: NOW });
      expect(patch).to.not.have.any.keys("attempt", "sessionKey", "claimedBy");
      expect(patch.error).to.include({ code: "BOT_BUSY", retryable: false });
      expect(patch.error?.message).to.contain("other");
    }
  });
});
