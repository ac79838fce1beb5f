import { failure, HOUR, MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
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

describe("sweepDue", function () {
  this.timeout(20_000);

  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  it("launches what is due, and nothing else", async () => {
    await world.writeInstance({ wake_at: ago(MINUTE) }, "due");
    await world.writeInstance({ wake_at: ago(-MINUTE) }, "later");
    await world.writeInstance({ status: "done" }, "done");
    await world.sweep();
    expect(world.launcher.launches.map(({ instance }) => instance.id)).to.deep.equal(["due"]);
  });

  it("leaves a planned launch to the queue for a minute, and one that was refused too", async () => {
    const planned = { start_at: ago(-MINUTE) };
    const refused = { launch_failures: 1 };
    for (const [id, fields] of Object.entries({ planned, refused })) {
      await world.writeInstance({ ...fields, wake_at: ago(50 * SECOND) }, `${id}-lately`);
      await world.writeInstance({ ...fields, wake_at: ago(MINUTE) }, `${id}-long-ago`);
    }
    await world.sweep();
    const launched = world.launcher.launches.map(({ instance }) => instance.id);
    expect(launched.toSorted()).to.deep.equal(["planned-long-ago", "refused-long-ago"]);
  });

  it("leaves no launch to the queue for longer than half the lead", async () => {
    world.services.joinLeadMs = 20 * SECOND;
    await world.writeInstance({ start_at: ago(-MINUTE), wake_at: ago(11 * SECOND) }, "planned");
    await world.sweep();
    expect(world.launcher.launches).to.have.length(1);
  });

  it("looks at everything that is due, however much more than a page it is", async () => {
    const ids = ["a", "b", "c", "d", "e"];
    for (const id of ids) await world.writeInstance({ wake_at: ago(MINUTE) }, id);
    await world.sweep();
    const launched = world.launcher.launches.map(({ instance }) => instance.id);
    expect(launched.toSorted()).to.deep.equal(ids);
  });

  it("takes back a claim whose launch never happened, and launches it in the next round", async () => {
    await world.writeMeeting();
    const { requestOf } = world.services;
    world.services.requestOf = () => {
      throw new Error("this process dies here");
    };
    const died = await world.serve("meetings/one").catch((error: unknown) => error);
    expect(died).to.be.an("error");
    world.services.requestOf = requestOf;
    const { bot_instance_id: id } = await world.meeting();
    await backdate(String(id), { wake_at: ago(MINUTE) });

    await world.sweep();
    expect(await world.instance()).to.include({ status: "queued", attempt: 0 });
    await backdate(String(id), { wake_at: ago(MINUTE) });
    await world.sweep();
    expect(await world.instance()).to.include({ phase: "launched", attempt: 1 });
    expect(world.launcher.launches).to.have.length(1);
  });

  it("takes back what the platform says has ended, with the platform's words", async () => {
    world.launcher.verdict = () => ({ state: "ended", reason: "out of memory" });
    await world.writeInstance(leftBehind());
    await world.sweep();
    const instance = await world.instance("x");
    expect(instance).to.include({ status: "queued" });
    expect(instance["error"]).to.include({ platform_reason: "out of memory" });
    expect(world.launcher.inspected).to.deep.equal([EXECUTION]);
  });

  it("gives the attempt back when the platform had no room for the job", async () => {
    const neverRan = { needsOperator: false };
    world.launcher.verdict = () => ({ state: "ended", reason: "no quota", neverRan });
    const { runner_id: _, ...unstarted } = leftBehind();
    await world.writeInstance(unstarted);
    await world.sweep();
    const instance = await world.instance("x");
    expect(instance).to.include({ status: "queued", attempt: 0, launch_failures: 1 });
    expect(instance["error"]).to.include({ code: "LAUNCH_FAILED", platform_reason: "no quota" });
  });

  it("says at once what an operator has to mend, and tries again a minute later", async () => {
    const neverRan = { needsOperator: true };
    world.launcher.verdict = () => ({ state: "ended", reason: "no such image", neverRan });
    const { runner_id: _, ...unstarted } = leftBehind();
    await world.writeInstance(unstarted);
    const begun = Date.now();
    await world.sweep();
    const instance = await world.instance("x");
    expect(instance).to.include({ status: "queued", attempt: 0 });
    expect(instance["error"]).to.include({ needs_operator: true });
    expect(instance).to.have.nested.property("error.message").that.contains("no such image");
    expect(millisOf(instance["wake_at"])).to.be.within(
      begun + MINUTE - 500,
      Date.now() + MINUTE + 500,
    );
  });

  it("tells a silent execution to end, and takes it back only when it has", async () => {
    await world.writeInstance(leftBehind());
    await world.sweep();
    expect(world.launcher.cancelled).to.deep.equal([EXECUTION]);
    expect(await world.instance("x")).to.include({ status: "processing", claim_token: "old" });
    world.launcher.verdict = () => ({ state: "ended", reason: "cancelled" });
    await world.sweep();
    expect(await world.instance("x")).to.include({ status: "queued" });
  });

  it("leaves a bot alone that was heard of lately and runs", async () => {
    await world.writeInstance({ ...leftBehind(), heartbeat_at: ago(4 * MINUTE) });
    await world.sweep();
    expect(world.launcher.cancelled).to.deep.equal([]);
    expect(await world.instance("x")).to.include({ status: "processing", claim_token: "old" });
  });

  it("leaves everything as it is while the platform cannot be asked", async () => {
    world.launcher.verdict = () => ({ state: "unreachable", reason: "no route" });
    await world.writeInstance(leftBehind());
    const before = await world.instance("x");
    await world.sweep();
    expect(await world.instance("x")).to.deep.equal(before);
    expect(world.launcher.cancelled).to.deep.equal([]);
    expect(world.logs).to.contain("no route");
  });

  it("fails what was left behind in its last attempt, and tells the meeting", async () => {
    world.launcher.verdict = () => ({ state: "not-found" });
    await world.writeMeeting({ bot_instance_id: "x" });
    await world.writeInstance({ ...leftBehind(), attempt: 3, meetings: ["meetings/one"] });
    await world.sweep();
    expect(await world.instance("x")).to.include({ status: "failed" });
    // What its end is told by may be lost: it is looked at again until its meetings know.
    await world.sweep();
    expect(await world.instance("x")).to.not.have.property("wake_at");
    const { recording } = await world.meeting();
    expect(recording).to.have.nested.property("error.code", "LEASE_EXPIRED");
  });

  it("reaches the rest past more than a page of instances that stay stuck", async () => {
    for (const id of ["a", "b", "c"]) {
      await world.writeInstance({ ...leftBehind(), wake_at: ago(HOUR) }, id);
    }
    world.launcher.verdict = () => ({ state: "unreachable", reason: "no route" });
    await world.writeInstance({ wake_at: ago(MINUTE) }, "behind");
    await world.sweep();
    expect(world.launcher.launches.map(({ instance }) => instance.id)).to.deep.equal(["behind"]);
  });

  it("is not kept from the others by one that cannot be looked at", async () => {
    world.launcher.verdict = ({ name }) => {
      if (name === "broken") throw new Error("cannot be asked about");
      return { state: "not-found" };
    };
    const broken = { ...EXECUTION, name: "broken" };
    await world.writeInstance({ ...leftBehind(), execution: broken }, "a");
    await world.writeInstance(leftBehind(), "b");
    await world.sweep();
    expect(await world.instance("a")).to.include({ status: "processing" });
    expect(await world.instance("b")).to.include({ status: "queued" });
    expect(world.logs).to.contain("cannot be asked about");
  });

  it("takes back once when two sweeps meet", async () => {
    world.launcher.verdict = () => ({ state: "not-found" });
    await world.writeInstance(leftBehind());
    await world.sweep(2);
    expect(await world.instance("x")).to.include({ status: "queued", attempt: 1 });
    expect(world.logs.match(/bot instance reclaimed/g)).to.have.length(1);
  });

  it("comes to an end when the launches are refused", async () => {
    const full = failure("LAUNCH_FAILED", "launch", "Full.");
    world.launcher.answer = () => ({ kind: "refused", failure: full });
    for (const id of ["a", "b", "c"]) await world.writeInstance({ wake_at: ago(MINUTE) }, id);
    await world.sweep();
    expect(world.launcher.launches).to.have.length(3);
    expect(await world.instance("a")).to.include({ status: "queued", launch_failures: 1 });
  });

  async function backdate(id: string, fields: Record<string, unknown>): Promise<void> {
    const instance = await world.instance(id);
    await world.database.write(`bot_instances/${id}`, { ...instance, ...fields });
  }
});
