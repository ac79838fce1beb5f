import { expect } from "chai";
import { fail } from "../../src/bot-instance/transitions/fail.ts";
import { launched } from "../../src/bot-instance/transitions/launched.ts";
import { report } from "../../src/bot-instance/transitions/report.ts";
import { start } from "../../src/bot-instance/transitions/start.ts";
import type { Decide } from "../../src/ports/bot-instance-store.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import {
  CRASH,
  claimedFields,
  claiming,
  completing,
  EXECUTION,
  QUEUED,
  startedFields,
  starting,
  times,
} from "./vocabulary.ts";

/** Who may write, and that it is one at a time. */
export function describeClaims(use: () => StoreUnderTest): void {
  describe("a claim", () => {
    for (const racers of [2, 10]) {
      it(`has one winner among ${racers} who try at once`, async () => {
        await use().write("bot_instances/x", QUEUED);
        const outcomes = await times(racers, (n) =>
          use().store.transact("x", claiming(`token ${n}`)),
        );
        const winners = outcomes.filter(({ ok }) => ok);
        expect(winners).to.have.length(1);
        const losers = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.reason));
        expect(losers).to.deep.equal(Array(racers - 1).fill("not-queued"));
        const won = outcomes.findIndex(({ ok }) => ok);
        expect(await use().read("bot_instances/x")).to.include({
          claim_token: `token ${won}`,
          attempt: 1,
        });
      });
    }

    it("of an instance that does not exist is refused", async () => {
      const outcome = await use().store.transact("nobody", claiming("t"));
      expect(outcome).to.deep.equal({ ok: false, reason: "not-found" });
      expect(await use().list("bot_instances")).to.deep.equal([]);
    });

    it("counts from the store's clock", async () => {
      await use().write("bot_instances/x", QUEUED);
      const outcome = await use().store.transact("x", claiming("t"));
      const { claimed_at: claimedAt } = (await use().read("bot_instances/x")) ?? {};
      expect(outcome.ok && outcome.instance.claimedAt).to.equal(
        (claimedAt as { toMillis(): number }).toMillis(),
      );
    });
  });

  describe("a claim's holder", () => {
    it("can write nothing once another has the instance", async () => {
      await use().write("bot_instances/x", { ...startedFields(), claim_token: "newer" });
      const before = await use().read("bot_instances/x");
      const late: Decide[] = [
        starting,
        completing,
        (instance, at) => launched(instance, { token: "t", execution: EXECUTION }, at),
        (instance, at) => report(instance, { token: "t", runnerId: "r", phase: "recording" }, at),
        (instance, at) => fail(instance, { token: "t", failure: CRASH, random: 0 }, at),
      ];
      for (const decide of late) {
        const outcome = await use().store.transact("x", decide);
        expect(outcome).to.deep.include({ ok: false, reason: "superseded" });
      }
      expect(await use().read("bot_instances/x")).to.deep.equal(before);
    });

    it("is told which instance it was that refused", async () => {
      await use().write("bot_instances/x", { ...startedFields(), claim_token: "newer" });
      const outcome = await use().store.transact("x", starting);
      expect(outcome.instance).to.include({ id: "x", claimToken: "newer" });
    });

    it("lets one of two runners work", async () => {
      await use().write("bot_instances/x", claimedFields());
      const outcomes = await times(2, (n) =>
        use().store.transact("x", (instance, at) =>
          start(instance, { token: "t", runnerId: `runner ${n}` }, at),
        ),
      );
      const refusals = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.reason));
      expect(refusals).to.deep.equal(["already-started"]);
    });
  });
}
