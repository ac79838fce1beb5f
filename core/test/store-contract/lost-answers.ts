import { expect } from "chai";
import { fail } from "../../src/bot-instance/transitions/fail.ts";
import { launched } from "../../src/bot-instance/transitions/launched.ts";
import { report } from "../../src/bot-instance/transitions/report.ts";
import type { Decide } from "../../src/ports/bot-instance-store.ts";
import { HOUR, MINUTE } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import {
  ago,
  CRASH,
  cancelling,
  claimedFields,
  claiming,
  completing,
  EXECUTION,
  inOrg,
  instanceOf,
  NO_CAPACITY,
  newCall,
  QUEUED,
  reclaiming,
  scheduled,
  startedFields,
  starting,
  whatHappened,
} from "./vocabulary.ts";

/** A commit that was made although its answer never came. */
export function describeLostAnswers(use: () => StoreUnderTest): void {
  describe("a lost answer to a commit that was made", () => {
    const transitions: [what: string, fields: () => object, decide: Decide, left: object][] = [
      ["claim", () => QUEUED, claiming("t"), { status: "processing", attempt: 1 }],
      [
        "launched",
        claimedFields,
        (instance, at) => launched(instance, { token: "t", execution: EXECUTION }, at),
        { phase: "launched" },
      ],
      ["start", claimedFields, starting, { phase: "joining", runner_id: "r" }],
      [
        "report",
        startedFields,
        (instance, at) => report(instance, { token: "t", runnerId: "r", phase: "recording" }, at),
        { phase: "recording" },
      ],
      ["complete", startedFields, completing, { status: "done" }],
      [
        "fail",
        startedFields,
        (instance, at) =>
          fail(instance, { token: "t", runnerId: "r", failure: CRASH, random: 0 }, at),
        { status: "queued", attempt: 1 },
      ],
      [
        "fail of a launch",
        claimedFields,
        (instance, at) => fail(instance, { token: "t", failure: NO_CAPACITY, random: 0 }, at),
        { status: "queued", attempt: 0, launch_failures: 1 },
      ],
      ["cancel", startedFields, cancelling, { status: "processing" }],
      ["cancel of one that waits", () => QUEUED, cancelling, { status: "cancelled" }],
      ["reclaim", claimedFields, reclaiming("sweep"), { status: "queued", attempt: 0 }],
    ];
    for (const [what, fields, decide, left] of transitions) {
      it(`is a success of ${what}, made once`, async () => {
        await use().write("bot_instances/x", { ...fields() });
        let runs = 0;
        const outcome = await use()
          .losingTheNextCommit()
          .transact("x", (instance, at) => {
            runs++;
            return decide(instance, at);
          });
        expect(runs).to.equal(2);
        expect(outcome).to.include({ ok: true });
        expect(await use().read("bot_instances/x")).to.include(left);
      });
    }

    it("is a success of serve: one instance, claimed by the caller, who may launch it", async () => {
      await use().write("meetings/one", scheduled());
      const call = newCall();
      const outcome = await use().losingTheNextCommit().serve("meetings/one", call);
      expect(outcome.kind).to.equal("created");
      expect(instanceOf(outcome)).to.include({ status: "processing", claimToken: call.token });
      expect(await use().list("bot_instances")).to.deep.equal([call.instanceId]);
    });

    it("is a success of a new plan: the caller who claimed by it may launch", async () => {
      const occurrence_start_utc = ago(-HOUR);
      await use().write("meetings/one", inOrg({ occurrence_start_utc, start: ago(-HOUR) }));
      const { id } = instanceOf(await use().store.serve("meetings/one", newCall()));
      await use().edit("meetings/one", { start: ago(MINUTE) });
      const call = newCall();
      const outcome = await use().losingTheNextCommit().serve("meetings/one", call);
      expect(instanceOf(outcome)).to.include({ id, claimToken: call.token, attempt: 1 });
    });

    it("is a success of a move: off the old bot and onto one new one", async () => {
      await use().write("meetings/one", inOrg({ start: ago(-HOUR) }));
      const { id } = instanceOf(await use().store.serve("meetings/one", newCall()));
      await use().edit("meetings/one", { start: ago(MINUTE) });
      const call = newCall();
      const outcome = await use().losingTheNextCommit().serve("meetings/one", call);
      expect(instanceOf(outcome)).to.include({ id: call.instanceId, claimToken: call.token });
      expect(await use().read(`bot_instances/${id}`)).to.include({ status: "cancelled" });
      expect(await use().list("bot_instances")).to.have.members([id, call.instanceId]);
    });

    for (const [how, leave] of [
      ["cancelled", () => use().edit("meetings/one", { status: "cancelled" })],
      ["deleted", () => use().remove("meetings/one")],
    ] as const) {
      it(`is a success of leaving a bot, ${how}: it goes once`, async () => {
        await use().write("meetings/one", inOrg({ start: ago(-HOUR) }));
        const { id } = instanceOf(await use().store.serve("meetings/one", newCall()));
        await leave();
        const call = { ...newCall(), formerInstanceId: id };
        await use().losingTheNextCommit().serve("meetings/one", call);
        expect(await use().read(`bot_instances/${id}`)).to.include({ status: "cancelled" });
        expect(await whatHappened(use(), id)).to.have.members(["queued", "cancelled"]);
      });
    }

    it("is a success of joining a room: linked once, and nothing else", async () => {
      await use().write("meetings/one", inOrg());
      await use().write("meetings/two", inOrg());
      const { id } = instanceOf(await use().store.serve("meetings/one", newCall()));
      await use().losingTheNextCommit().serve("meetings/two", newCall());
      expect(await use().read("meetings/two")).to.include({ bot_instance_id: id });
      expect(await use().read(`bot_instances/${id}`)).to.include({ wanted_links: 2 });
      expect(await use().list("bot_instances")).to.have.length(1);
    });
  });
}
