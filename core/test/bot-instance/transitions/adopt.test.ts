import { expect } from "chai";
import type { BotInstance } from "../../../src/bot-instance/bot-instance.ts";
import { adopt } from "../../../src/bot-instance/transitions/adopt.ts";
import { HOUR, MINUTE } from "../../../src/time.ts";
import { AT, claimed, NOW, queued } from "../../support/instances.ts";

const LEAD = { joinLeadMs: 2 * MINUTE };
const STORED = { progress: { bytesStored: 1 } };

/** An instance that nothing will wake. */
function asleep(fields: Partial<BotInstance> = {}): BotInstance {
  const { wakeAt: _, ...rest } = queued(fields);
  return rest;
}

describe("adopt", () => {
  for (const [what, fields, wakeAt] of [
    ["without a start, now", {}, NOW],
    [
      "that begins later, its lead before the start",
      { startAt: NOW + HOUR },
      NOW + HOUR - 2 * MINUTE,
    ],
    ["that begins within the lead, now", { startAt: NOW + MINUTE }, NOW],
    ["that has begun, now", { startAt: NOW - MINUTE }, NOW],
  ] as const) {
    it(`wakes a queued instance ${what}`, () => {
      const decision = adopt(asleep(fields), LEAD, AT);
      expect(decision).to.have.nested.property("patch.wakeAt", wakeAt);
    });
  }

  it("forgets when one ended that somebody put back into the queue", () => {
    const decision = adopt(asleep({ processedAt: NOW - HOUR }), LEAD, AT);
    expect(decision).to.have.property("patch").that.includes({ processedAt: undefined });
  });

  it("leaves one alone that has its time, and means the same the second time", () => {
    expect(adopt(queued(), LEAD, AT)).to.deep.equal({ ok: true, patch: {} });
    const first = adopt(asleep(), LEAD, AT);
    const after = { ...asleep(), ...(first.ok && first.patch) };
    expect(adopt(after, LEAD, AT)).to.deep.equal({ ok: true, patch: {} });
  });

  it("leaves one alone that is at work, or that we ended", () => {
    const ended = { ...claimed(STORED), status: "failed", processedAt: NOW } as const;
    for (const instance of [claimed(STORED), ended]) {
      expect(adopt(instance, LEAD, AT)).to.deep.equal({ ok: false, reason: "not-queued" });
    }
  });

  it("has what is stored finished when somebody wrote an end over one that was at work", () => {
    const decision = adopt({ ...claimed(STORED), status: "cancelled" }, LEAD, AT);
    expect(decision)
      .to.have.property("patch")
      .that.includes({ status: "queued", finishOnly: true, wakeAt: NOW });
  });

  const endedOtherwise: [what: string, fields: Partial<BotInstance>][] = [
    ["has stored nothing", { progress: {} }],
    ["was never attempted", { ...STORED, attempt: 0 }],
    ["has no recording any more", { ...STORED, recordingErasedAt: NOW }],
    ["has its outputs", { ...STORED, outputs: [] }],
  ];
  for (const [what, fields] of endedOtherwise) {
    it(`leaves one as others ended it that ${what}`, () => {
      const instance = { ...claimed(fields), status: "failed" } as const;
      expect(adopt(instance, LEAD, AT)).to.deep.equal({ ok: false, reason: "not-queued" });
    });
  }
});
