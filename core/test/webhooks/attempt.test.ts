import { expect } from "chai";
import { EARLY_MS } from "../../src/bot-instance/transitions/claim.ts";
import { DAY, MINUTE, SECOND } from "../../src/time.ts";
import {
  type AttemptResult,
  beginAttempt,
  type DeliveryDecision,
  resend,
  settleAttempt,
} from "../../src/webhooks/attempt.ts";
import { newDelivery, type WebhookDelivery } from "../../src/webhooks/delivery.ts";
import { factsOf } from "../../src/webhooks/facts.ts";
import { NOW, queued } from "../support/instances.ts";

const DATA = factsOf(queued({ creatorOrganizationId: "org" }), [{ path: "meetings/one" }]);
const MADE_AT = NOW - DAY;
const made = (fields: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  ...newDelivery("msg_x", { type: "recording.completed", data: DATA }, "we_x", MADE_AT),
  ...fields,
});
const leased = (fields: Partial<WebhookDelivery> = {}) =>
  made({ attempt: 1, claimToken: "mine", ...leaseUntil(NOW + 1), ...fields });
const leaseUntil = (at: number) => ({ claimExpiresAt: at, wakeAt: at });
const ended = (status: WebhookDelivery["status"]) =>
  made({ status, attempt: 2, claimToken: "mine", wakeAt: undefined, endedAt: NOW - 1 });

/** Every state that a delivery can be in; `mine` is the token of its attempt. */
const STATES = {
  new: made(),
  "due later": made({ attempt: 1, claimToken: "other", wakeAt: NOW + EARLY_MS + 1 }),
  "almost due": made({ wakeAt: NOW + EARLY_MS }),
  "in my hands": leased(),
  "in other hands": leased({ claimToken: "other", wakeAt: NOW + MINUTE }),
  "left by me": leased(leaseUntil(NOW - 1)),
  "left by another": leased({ claimToken: "other", ...leaseUntil(NOW - 1) }),
  "settled by me": made({ attempt: 1, claimToken: "mine", wakeAt: NOW + MINUTE }),
  delivered: ended("delivered"),
  failed: ended("failed"),
} as const;
type State = keyof typeof STATES;

const OK: AttemptResult = { kind: "accepted", statusCode: 204 };
const settling = (result: AttemptResult) => ({ token: "mine", result, durationMs: 7, random: 0 });

/** What a decision comes to, in a word. */
function outcomeOf(decision: DeliveryDecision): string {
  if (!decision.ok) return decision.reason;
  return Object.keys(decision.patch).length === 0 ? "as it is" : "changed";
}

describe("the transitions of a delivery", () => {
  const table: Record<State, [begin: string, settle: string, resend: string]> = {
    new: ["changed", "superseded", "changed"],
    "due later": ["not-due", "superseded", "changed"],
    "almost due": ["changed", "superseded", "changed"],
    "in my hands": ["as it is", "changed", "as it is"],
    "in other hands": ["not-due", "superseded", "as it is"],
    "left by me": ["as it is", "changed", "changed"],
    "left by another": ["changed", "superseded", "changed"],
    "settled by me": ["not-due", "as it is", "changed"],
    delivered: ["ended", "as it is", "changed"],
    failed: ["ended", "as it is", "changed"],
  };
  for (const [state, [begun, settled, again]] of Object.entries(table)) {
    const delivery = STATES[state as State];
    it(`of one that is ${state}: begin, ${begun}; settle, ${settled}; resend, ${again}`, () => {
      expect(outcomeOf(beginAttempt(delivery, "mine", NOW))).to.equal(begun);
      expect(outcomeOf(settleAttempt(delivery, settling(OK), NOW))).to.equal(settled);
      expect(outcomeOf(resend(delivery, NOW))).to.equal(again);
    });
  }
});

const patchOf = (decision: DeliveryDecision) => {
  if (!decision.ok) throw new Error(decision.reason);
  return decision.patch;
};

describe("an attempt", () => {
  it("begins with a lease of a minute, and is counted", () => {
    expect(patchOf(beginAttempt(STATES["left by another"], "mine", NOW))).to.deep.equal({
      claimToken: "mine",
      ...leaseUntil(NOW + MINUTE),
      attempt: 2,
    });
  });

  it("that is accepted ends the delivery", () => {
    expect(patchOf(settleAttempt(leased(), settling(OK), NOW))).to.deep.equal({
      status: "delivered",
      attempts: [{ at: NOW, durationMs: 7, statusCode: 204 }],
      claimExpiresAt: undefined,
      wakeAt: undefined,
      endedAt: NOW,
    });
  });

  const failures: [result: AttemptResult, noted: object][] = [
    [
      { kind: "refused", statusCode: 302 },
      { statusCode: 302, problem: "The endpoint answered 302." },
    ],
    [{ kind: "unreachable", problem: "No answer came." }, { problem: "No answer came." }],
  ];
  for (const [result, noted] of failures) {
    it(`that is ${result.kind} is followed by another one`, () => {
      expect(patchOf(settleAttempt(leased(), settling(result), NOW))).to.deep.equal({
        attempts: [{ at: NOW, durationMs: 7, ...noted }],
        claimExpiresAt: undefined,
        wakeAt: NOW + 5 * SECOND,
      });
    });

    it(`that is ${result.kind} is the last one when it is the tenth`, () => {
      const patch = patchOf(settleAttempt(leased({ attempt: 10 }), settling(result), NOW));
      expect(patch).to.include({ status: "failed", wakeAt: undefined, endedAt: NOW });
    });
  }

  const finals: [result: AttemptResult, noted: object][] = [
    [{ kind: "gone" }, { statusCode: 410, problem: "The endpoint answered 410." }],
    [
      { kind: "undeliverable", problem: "The endpoint was removed." },
      { problem: "The endpoint was removed." },
    ],
  ];
  for (const [result, noted] of finals) {
    it(`that finds the endpoint ${result.kind} is the last one`, () => {
      const patch = patchOf(settleAttempt(leased(), settling(result), NOW));
      expect(patch).to.include({ status: "failed", wakeAt: undefined, endedAt: NOW });
      expect(patch.attempts).to.deep.equal([{ at: NOW, durationMs: 7, ...noted }]);
    });
  }

  it("is remembered with the eleven before it, and with the beginning of its problem", () => {
    const earlier = Array.from({ length: 12 }, (_, at) => ({ at, durationMs: 1 }));
    const result: AttemptResult = { kind: "unreachable", problem: "x".repeat(10_000) };
    const { attempts } = patchOf(
      settleAttempt(leased({ attempts: earlier }), settling(result), NOW),
    );
    expect(attempts).to.have.length(12);
    expect(attempts?.[0]).to.deep.equal(earlier[1]);
    expect(attempts?.at(-1)?.problem).to.have.length(500);
  });
});

describe("a delivery that is asked for again", () => {
  for (const state of ["delivered", "failed", "settled by me", "left by me"] as const) {
    it(`is due at once, with all its attempts before it: ${state}`, () => {
      const patch = patchOf(resend(STATES[state], NOW));
      expect(patch).to.deep.equal({
        status: "pending",
        attempt: 0,
        wakeAt: NOW,
        claimToken: undefined,
        claimExpiresAt: undefined,
        endedAt: undefined,
        expiresAt: NOW + 30 * DAY,
      });
      const again = { ...STATES[state], ...patch };
      expect(outcomeOf(settleAttempt(again, settling(OK), NOW))).to.equal("superseded");
      expect(patchOf(beginAttempt(again, "mine", NOW))).to.include({ attempt: 1 });
    });
  }
});
