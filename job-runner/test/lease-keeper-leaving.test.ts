import { once } from "node:events";
import { type BotInstance, HOUR, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { started } from "../../core/test/support/instances.ts";
import { LeaseKeeper } from "../src/lease-keeper.ts";

describe("a lease whose bot is to leave", () => {
  const keepers: LeaseKeeper[] = [];
  afterEach(() => Promise.all(keepers.splice(0).map((keeper) => keeper.release())));

  /** Keeps a lease of which every sign of life is answered with the next of `answers`. */
  function keep(leaveAt: number | undefined, answers: Partial<BotInstance>[] = []): LeaseKeeper {
    const keeper = new LeaseKeeper({
      store: { transact: async () => ({ ok: true, instance: started(answers.shift() ?? {}) }) },
      instanceId: "instance",
      token: "mine",
      runnerId: "me",
      heartbeatMs: HOUR,
      lostMs: HOUR,
      leaveAt,
      onMissed: () => {},
    });
    keepers.push(keeper);
    return keeper;
  }

  it("says so at once when that time has come before", () => {
    expect(keep(Date.now() - SECOND).leaving.aborted).to.equal(true);
    expect(keep(undefined).leaving.aborted).to.equal(false);
  });

  it("says so at the time that it began with", async () => {
    const leaveAt = Date.now() + 50;
    await once(keep(leaveAt).leaving, "abort");
    expect(Date.now() - leaveAt).to.be.within(-2, 2 * SECOND);
  });

  it("says so at the time that the answer to a sign of life brings", async () => {
    const leaveAt = Date.now() + 100;
    const keeper = keep(undefined, [{}, { leaveAt }]);
    await keeper.tell({});
    await keeper.tell({});
    expect(keeper.leaving.aborted).to.equal(false);
    await once(keeper.leaving, "abort");
    expect(Date.now() - leaveAt).to.be.within(-2, 2 * SECOND);
    expect(keeper.cancelled.aborted).to.equal(false);
    expect(keeper.lost.aborted).to.equal(false);
  });

  it("takes the newest time: earlier, later, or none any more", async () => {
    const now = Date.now();
    const earlier = keep(now + HOUR, [{ leaveAt: now - 1 }]);
    await earlier.tell({});
    expect(earlier.leaving.aborted).to.equal(true);

    const soon = Date.now() + 30;
    const later = keep(soon, [{ leaveAt: now + HOUR }]);
    const never = keep(soon, [{}]);
    await Promise.all([later.tell({}), never.tell({})]);
    await once(keep(soon + 30).leaving, "abort");
    expect([later.leaving.aborted, never.leaving.aborted]).to.deep.equal([false, false]);
  });

  it("does not ring at once for a time that no clock can count to", async () => {
    const keeper = keep(Date.now() + 2 ** 40);
    await once(keep(Date.now() + 20).leaving, "abort");
    expect(keeper.leaving.aborted).to.equal(false);
  });
});
