import { expect } from "chai";
import type { BotInstance } from "../../../src/bot-instance/bot-instance.ts";
import type { Decision } from "../../../src/bot-instance/transition.ts";
import { OVER, STATES, type State } from "../../support/states.ts";
import { TABLE } from "../../support/transition-table.ts";

function outcomeOf(instance: BotInstance, decision: Decision): string {
  if (!decision.ok) return `no: ${decision.reason}`;
  if (Object.keys(decision.patch).length === 0) return "already mine";
  const { status, phase, error, cancelRequestedAt } = { ...instance, ...decision.patch };
  const wish = cancelRequestedAt === undefined ? "" : ", to leave";
  if (status === "processing") return `${status}/${phase}${wish}`;
  return status === "failed" ? `${status} ${error?.code}` : status;
}

/** Every instance that an event leaves behind, in whatever state it met one. */
const AFTERMATHS = TABLE.flatMap(({ event, decide }) =>
  Object.entries(STATES).map(([state, before]) => {
    const decision = decide(before);
    const after: BotInstance = { ...before, ...(decision.ok && decision.patch) };
    return { what: `${event}, ${state}`, before, after, decision };
  }),
);
const isOver = ({ status }: BotInstance) => ["done", "failed", "cancelled"].includes(status);

describe("every transition in every state", () => {
  for (const { event, decide, otherwise = "no: superseded", outcomes = {} } of TABLE) {
    for (const [state, instance] of Object.entries(STATES)) {
      const expected = outcomes[state as State] ?? otherwise;
      it(`${event}, ${state}: ${expected}`, () => {
        expect(outcomeOf(instance, decide(instance))).to.equal(expected);
      });
    }
  }

  for (const { event, decide } of TABLE) {
    it(`${event} means the same when its body runs again after its own commit`, () => {
      for (const instance of Object.values(STATES)) {
        const first = decide(instance);
        if (!first.ok || event.endsWith("report")) continue;
        const again = decide({ ...instance, ...first.patch });
        expect(again).to.deep.equal({ ok: true, patch: {} });
      }
    });
  }

  it("leaves nothing for the sweep once an instance has ended", () => {
    for (const { what, after } of AFTERMATHS) {
      if (isOver(after)) expect(after, what).to.include(OVER);
    }
  });

  it("always leaves an instance that goes on to the sweep", () => {
    for (const { what, after } of AFTERMATHS) {
      if (!isOver(after)) expect(after.wakeAt, what).to.be.a("number");
    }
  });

  it("never forgets a cancel, and never queues again what nobody wants", () => {
    for (const { what, before, after, decision } of AFTERMATHS) {
      if (before.cancelRequestedAt === undefined || !decision.ok) continue;
      expect(after.cancelRequestedAt, what).to.equal(before.cancelRequestedAt);
      if (Object.keys(decision.patch).length > 0) expect(after.status, what).to.not.equal("queued");
    }
  });

  it("changes nothing of an instance that has ended", () => {
    for (const { what, before, decision } of AFTERMATHS) {
      if (isOver(before) && decision.ok) expect(decision.patch, what).to.deep.equal({});
    }
  });
});
