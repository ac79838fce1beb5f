import { expect } from "chai";
import { fail } from "../../src/bot-instance/transitions/fail.ts";
import { DAY } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import { RULES } from "../support/instances.ts";
import {
  ago,
  CRASH,
  cancelling,
  claiming,
  completing,
  historyOf,
  inOrg,
  instanceOf,
  newCall,
  QUEUED,
  reporting,
  serveOnce,
  startedFields,
  starting,
  whatHappened,
} from "./vocabulary.ts";

/** What can be seen afterwards. */
export function describeHistory(use: () => StoreUnderTest): void {
  const happened = (id: string) => whatHappened(use(), id);

  describe("the history of an instance", () => {
    it("tells a whole life, and no heartbeats", async () => {
      for (const path of ["meetings/one", "meetings/two"]) await use().write(path, inOrg());
      const call = { ...newCall(), token: "t" };
      const { id } = instanceOf(await serveOnce(use(), "meetings/one", call));
      await serveOnce(use(), "meetings/two");
      await use().store.transact(id, starting);
      for (const _ of [1, 2, 3]) await use().store.transact(id, reporting);
      await use().edit("meetings/two", { status: "cancelled" });
      await serveOnce(use(), "meetings/two");
      await use().store.transact(id, cancelling);
      await use().store.transact(id, completing);
      expect(await happened(id)).to.have.members([
        "claimed",
        "meeting-joined",
        "joining",
        "meeting-left",
        "cancel-requested",
        "done",
      ]);
    });

    it("tells of a new plan", async () => {
      await use().write("meetings/one", inOrg({ start: ago(-DAY) }));
      const { id } = instanceOf(await serveOnce(use(), "meetings/one"));
      await use().edit("meetings/one", { end: ago(-2 * DAY) });
      await serveOnce(use(), "meetings/one");
      expect(await happened(id)).to.have.members(["queued", "replanned"]);
    });

    it("keeps a failure with the platform's words, for as long as it is told to", async () => {
      await use().write("bot_instances/x", startedFields());
      const failure = { ...CRASH, platformReason: "exit code 137" };
      const before = Date.now();
      await use().store.transact("x", (instance, at) =>
        fail(instance, { token: "t", runnerId: "r", failure, random: 0 }, at),
      );
      const [entry, ...others] = await historyOf(use(), "x");
      expect(others).to.deep.equal([]);
      expect(entry).to.include({ what: "queued", attempt: 1 });
      expect(entry?.["error"]).to.include({
        code: "BOT_CRASHED",
        platform_reason: "exit code 137",
      });
      const { at, expires_at: expiresAt } = entry as Record<string, { toMillis(): number }>;
      expect(at?.toMillis()).to.be.at.least(before - 1000);
      expect(expiresAt?.toMillis()).to.equal((at?.toMillis() ?? 0) + RULES.historyDays * DAY);
    });

    it("has nothing of a change that was refused or rolled back", async () => {
      await use().write("bot_instances/x", startedFields());
      await use().store.transact("x", claiming("new"));
      const gone = await use()
        .store.transact("x", () => {
          throw new Error("this process dies here");
        })
        .catch((error: unknown) => error);
      expect(gone).to.be.an("error");
      expect(await happened("x")).to.deep.equal([]);
    });

    it("is written by the transaction that makes the change: of racers, one", async () => {
      await use().write("bot_instances/x", QUEUED);
      await Promise.all(["a", "b", "c"].map((token) => use().store.transact("x", claiming(token))));
      expect(await happened("x")).to.deep.equal(["claimed"]);
    });

    it("tells once what was done once, although the answer was lost", async () => {
      await use().write("bot_instances/x", QUEUED);
      await use().losingTheNextCommit().transact("x", claiming("t"));
      await use().losingTheNextCommit().transact("x", starting);
      await use().losingTheNextCommit().transact("x", reporting);
      await use().losingTheNextCommit().transact("x", cancelling);
      await use().losingTheNextCommit().transact("x", completing);
      expect(await happened("x")).to.have.members([
        "claimed",
        "joining",
        "cancel-requested",
        "done",
      ]);
    });
  });
}
