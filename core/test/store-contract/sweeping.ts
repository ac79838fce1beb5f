import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { HOUR, MINUTE } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import { queued } from "../support/instances.ts";
import { ago, claimedFields, claiming, QUEUED, reclaiming, times } from "./vocabulary.ts";

/** What the sweep relies on. */
export function describeSweeping(use: () => StoreUnderTest): void {
  describe("an expired lease", () => {
    it("is taken back once by sweeps that meet", async () => {
      await use().write("bot_instances/x", claimedFields());
      const outcomes = await times(4, (n) => use().store.transact("x", reclaiming(`sweep ${n}`)));
      expect(outcomes.filter(({ ok }) => ok)).to.have.length(1);
      expect(await use().read("bot_instances/x")).to.include({ status: "queued", attempt: 0 });
    });

    it("is found, and neither a lease that holds nor what has ended", async () => {
      await use().write("bot_instances/expired", claimedFields());
      await use().write("bot_instances/due", { ...QUEUED, wake_at: ago(2 * MINUTE) });
      await use().write("bot_instances/later", { ...QUEUED, wake_at: ago(-MINUTE) });
      await use().write("bot_instances/done", { ...QUEUED, status: "done" });
      const found = await use().store.findDue(Date.now(), 10);
      expect(found.map(({ id }) => id)).to.deep.equal(["due", "expired"]);
    });
  });

  describe("what is due", () => {
    const pagesOf = async (size: number) => {
      const pages: string[][] = [];
      let last: BotInstance | undefined;
      do {
        const page: BotInstance[] = await use().store.findDue(Date.now(), size, last);
        pages.push(page.map(({ id }) => id));
        last = page.at(-1);
      } while (last);
      return pages;
    };

    it("comes in pages without gaps or repeats, the longest waiting first", async () => {
      const [early, late] = [ago(HOUR), ago(MINUTE)];
      const due = { e: early, d: late, c: late, b: late, a: late };
      await Promise.all(
        Object.entries(due).map(([id, wake_at]) =>
          use().write(`bot_instances/${id}`, { ...QUEUED, wake_at }),
        ),
      );
      expect(await pagesOf(2)).to.deep.equal([["e", "a"], ["b", "c"], ["d"], []]);
    });

    it("comes once although instants differ by less than we tell apart", async () => {
      const seconds = Math.floor(Date.now() / 1000) - 60;
      for (const [id, micros] of Object.entries({ c: 100, b: 200, a: 300 })) {
        const wake_at = new Timestamp(seconds, micros * 1000);
        await use().write(`bot_instances/${id}`, { ...QUEUED, wake_at });
      }
      expect(await pagesOf(1)).to.deep.equal([["c"], ["b"], ["a"], []]);
    });

    it("is not told after an instance that was never found", async () => {
      const error = await use()
        .store.findDue(Date.now(), 1, queued())
        .catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TypeError);
    });

    it("can be paged through after an instance has changed, as it was found", async () => {
      await use().write("bot_instances/a", { ...QUEUED, wake_at: ago(HOUR) });
      await use().write("bot_instances/b", { ...QUEUED, wake_at: ago(MINUTE) });
      const [first] = await use().store.findDue(Date.now(), 1);
      await use().store.transact("a", claiming("t"));
      const rest = await use().store.findDue(Date.now(), 1, first);
      expect(rest.map(({ id }) => id)).to.deep.equal(["b"]);
    });
  });

  describe("what waits in the queue", () => {
    it("comes by name, in pages, with the time that it has", async () => {
      const wake_at = ago(-HOUR);
      await use().write("bot_instances/b", { ...QUEUED, wake_at });
      await use().write("bot_instances/a", QUEUED);
      await use().write("bot_instances/c", { ...QUEUED, wake_at: "soon" });
      await use().write("bot_instances/d", { ...QUEUED, status: "done" });
      const first = await use().store.findQueued(2);
      expect(first).to.deep.equal([{ id: "a" }, { id: "b", wakeAt: wake_at.getTime() }]);
      expect(await use().store.findQueued(2, "b")).to.deep.equal([{ id: "c" }]);
    });
  });
}
