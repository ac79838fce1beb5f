import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { cancel } from "../../src/bot-instance/transitions/cancel.ts";
import { claim } from "../../src/bot-instance/transitions/claim.ts";
import { fail } from "../../src/bot-instance/transitions/fail.ts";
import { failure } from "../../src/errors.ts";
import { sessionKeyNeededBy } from "../../src/session/seat-needed.ts";
import { DAY } from "../../src/time.ts";
import { patchOf } from "../support/decisions.ts";
import { AT, LINK, NOW, RULES } from "../support/instances.ts";
import { importing } from "./imports.ts";

const EVENT = { token: "token", claimedBy: "test" };
const LONG_AGO = { startAt: NOW - 30 * DAY, endAt: NOW - 29 * DAY, createdAt: NOW - 30 * DAY };

describe("an instance that imports a recording", () => {
  for (const [what, fields] of [
    ["without a link", {}],
    ["whose meeting's link leads to none that we know", { meetingUrl: "https://example.com/x" }],
    ["whose meeting is over", { meetingUrl: LINK, ...LONG_AGO }],
  ] as [string, Partial<BotInstance>][]) {
    it(`is claimed ${what}`, () => {
      expect(patchOf(claim(importing(fields), EVENT, AT))).to.include({
        status: "processing",
        attempt: 1,
      });
    });
  }

  it("is not claimed once its attempts are spent", () => {
    const patch = patchOf(claim(importing({ attempt: 3 }), EVENT, AT));
    expect(patch).to.include({ status: "failed" });
  });

  it("is tried again as long as attempts are left, however long its meeting is over", () => {
    const event = { token: "token", failure: failure("NO_RECORDING", "recording", "x"), random: 0 };
    const claimed = importing({ ...LONG_AGO, status: "processing", claimToken: "token" });
    expect(patchOf(fail({ ...claimed, attempt: 2 }, event, AT))).to.include({ status: "queued" });
    expect(patchOf(fail({ ...claimed, attempt: 3 }, event, AT))).to.include({ status: "failed" });
  });

  it("takes nobody's place in the meeting's room", () => {
    const sent = importing({ meetingUrl: LINK, source: undefined });
    expect(sessionKeyNeededBy(importing({ meetingUrl: LINK }), RULES)).to.equal(undefined);
    expect(sessionKeyNeededBy(sent, RULES)).to.be.a("string");
  });

  it("goes on when its meeting is cancelled: what was recorded is kept", () => {
    expect(patchOf(cancel(importing(), AT))).to.deep.equal({});
    expect(patchOf(cancel(importing({ status: "processing" }), AT))).to.deep.equal({});
  });
});
