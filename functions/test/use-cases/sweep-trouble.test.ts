import { type BotInstanceStore, DAY, DEFAULT_LEASE_RULES, HOUR, MINUTE } from "@meeting-bot/core";
import { expect } from "chai";
import { queued } from "../../../core/test/support/instances.ts";
import { queueTurnEndsAt } from "../../src/use-cases/sweep-due.ts";
import { ago, World } from "../support/world.ts";

const EXECUTION = { launcher: "test", name: "execution-0" };
const millisOf = (value: unknown) => (value as { toMillis(): number }).toMillis();
/** Fields of an instance whose holder was last heard of an hour ago. */
const leftBehind = () => ({
  status: "processing",
  phase: "joining",
  attempt: 1,
  claim_token: "old",
  claimed_at: ago(HOUR),
  runner_id: "runner",
  heartbeat_at: ago(HOUR),
  execution: EXECUTION,
  wake_at: ago(MINUTE),
});

/** A store whose methods a test may replace one by one. */
const worksLike = (store: BotInstanceStore): BotInstanceStore => ({
  transact: store.transact.bind(store),
  tellMeetings: store.tellMeetings.bind(store),
  serve: store.serve.bind(store),
  importRecording: store.importRecording.bind(store),
  find: store.find.bind(store),
  findDue: store.findDue.bind(store),
  findQueued: store.findQueued.bind(store),
});

describe("sweepDue, in trouble", function () {
  this.timeout(20_000);

  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  it("puts off what it cannot handle, for longer each time, and begins anew once it could", async () => {
    const works = world.services.store;
    world.services.store = {
      ...worksLike(works),
      transact: (id, decide) =>
        works.transact(id, (instance, at) => {
          const decision = decide(instance, at);
          if (decision.ok && decision.patch.claimedBy) throw new Error("the document is too large");
          return decision;
        }),
    };
    await world.writeInstance({ wake_at: ago(MINUTE) });
    for (const minutes of [1, 2]) {
      const begun = Date.now();
      await world.sweep();
      const { wake_at, sweep_failures, postponed_to_at } = await world.instance("x");
      expect({ minutes, sweep_failures }).to.deep.equal({ minutes, sweep_failures: minutes });
      const end = begun + minutes * MINUTE;
      expect(millisOf(wake_at)).to.be.within(end - 500, end + 5000);
      expect(millisOf(postponed_to_at)).to.equal(millisOf(wake_at));
      await world.database.edit("bot_instances/x", {
        wake_at: ago(MINUTE),
        postponed_to_at: ago(MINUTE),
      });
    }
    expect(world.logs).to.contain("the document is too large");
    world.services.store = works;
    await world.sweep();
    expect(await world.instance("x")).to.include({ phase: "launched" });
  });

  it("is told by the launcher that made an execution, whichever launches now", async () => {
    world.services.launcher = () => Promise.reject(new Error("not this one"));
    const asked: string[] = [];
    world.services.launcherOf = async ({ launcher }) => {
      asked.push(launcher);
      return world.launcher;
    };
    world.launcher.verdict = () => ({ state: "not-found" });
    await world.writeInstance(leftBehind());
    await world.sweep();
    expect(asked).to.deep.equal(["test"]);
    expect(await world.instance("x")).to.include({ status: "queued" });
  });

  it("gives up an execution whose launcher is gone, an hour after its last token can be valid", async () => {
    world.services.launcherOf = () => Promise.reject(new Error("GKE_CLUSTER_CA is not set"));
    const { jobTimeoutMinutes } = DEFAULT_LEASE_RULES;
    const claimedAgo = (minutes: number) => ({
      ...leftBehind(),
      claimed_at: ago(minutes * MINUTE),
    });
    await world.writeInstance(claimedAgo(jobTimeoutMinutes + 59), "before");
    await world.writeInstance(claimedAgo(jobTimeoutMinutes + 61), "after");
    await world.sweep();
    expect(await world.instance("before")).to.include({ status: "processing" });
    const given = await world.instance("after");
    expect(given["status"]).to.not.equal("processing");
    expect(given).to.have.nested.property("error.message").that.contains("GKE_CLUSTER_CA");
  });
});

describe("queueTurnEndsAt", () => {
  const NOW = Date.now();
  const LEAD = 2 * MINUTE;
  const planned = queued({ startAt: NOW, wakeAt: NOW, updatedAt: NOW - 30 * DAY });

  it("leaves a launch to its timer for a minute", () => {
    expect(queueTurnEndsAt(planned, LEAD)).to.equal(NOW + MINUTE);
  });

  it("waits for no timer that was set too long before to be one", () => {
    expect(queueTurnEndsAt({ ...planned, updatedAt: NOW - 30 * DAY - 1 }, LEAD)).to.equal(NOW);
  });

  it("waits for no timer of what the sweep has put off", () => {
    expect(queueTurnEndsAt({ ...planned, postponedToAt: NOW }, LEAD)).to.equal(NOW);
  });
});
