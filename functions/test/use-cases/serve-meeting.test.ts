import { launchFailure, MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { serveMeeting } from "../../src/use-cases/serve-meeting.ts";
import { captureLogs } from "../support/capture-logs.ts";
import { ago, LINK, World } from "../support/world.ts";

const FULL = launchFailure("Cloud Run has no capacity left.");
const NO_JOB = launchFailure("There is no job.", { needsOperator: true, platformReason: "5" });

describe("serveMeeting", function () {
  this.timeout(20_000);

  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  it("launches one bot, in the name of the claim", async () => {
    await world.writeMeeting();
    await world.serve("meetings/one");
    const instance = await world.instance();
    expect(instance).to.deep.include({
      status: "processing",
      phase: "launched",
      execution: { launcher: "test", name: "execution-1" },
    });
    expect(world.launcher.launches).to.have.length(1);
    expect(world.launcher.launches[0]).to.deep.include({
      token: instance["claim_token"],
      environment: {
        INSTANCE: (await world.meeting())["bot_instance_id"],
        TOKEN: instance["claim_token"],
      },
    });
  });

  it("launches one bot for an event that is delivered three times at once", async () => {
    await world.writeMeeting();
    await world.serve("meetings/one", 3);
    expect(world.launcher.launches).to.have.length(1);
    expect(await world.instance()).to.include({ attempt: 1 });
  });

  it("launches nothing before the meeting is due", async () => {
    await world.writeMeeting({ start: ago(-10 * MINUTE) });
    await world.serve("meetings/one");
    expect(world.launcher.launches).to.have.length(0);
    expect(await world.instance()).to.include({ status: "queued", attempt: 0 });
  });

  it("launches nothing for a meeting that joins a bot", async () => {
    await world.writeMeeting({ creator_organization_id: "org" });
    await world.writeMeeting({ creator_organization_id: "org" }, "meetings/two");
    await world.serve("meetings/one");
    await world.serve("meetings/two");
    expect(world.launcher.launches).to.have.length(1);
  });

  it("launches nothing where no bot may go, and says so on both documents", async () => {
    await world.writeMeeting({ meeting_url: "https://example.com/x" });
    await world.serve("meetings/one");
    expect(world.launcher.launches).to.have.length(0);
    expect(await world.instance()).to.have.nested.property("error.code", "UNSUPPORTED_URL");
    const { recording } = await world.meeting();
    expect(recording).to.have.nested.property("error.code", "UNSUPPORTED_URL");
  });

  it("does nothing for a meeting that is gone", async () => {
    await world.serve("meetings/gone");
    expect(await world.database.list("bot_instances")).to.deep.equal([]);
  });

  it("goes back into the queue when the platform is full, without losing an attempt", async () => {
    world.launcher.answer = () => ({ kind: "refused", failure: FULL });
    await world.writeMeeting();
    const begun = Date.now();
    await world.serve("meetings/one");
    const instance = await world.instance();
    expect(instance).to.include({ status: "queued", attempt: 0, launch_failures: 1 });
    expect(instance).to.have.nested.property("error.message", FULL.message);
    const { wake_at: wakeAt } = instance;
    expect((wakeAt as { toMillis(): number }).toMillis()).to.be.within(
      begun + 15 * SECOND - 500,
      Date.now() + 15 * SECOND + 500,
    );
  });

  it("shows at once what an operator has to mend, and is tried again a minute later", async () => {
    world.launcher.answer = () => ({ kind: "refused", failure: NO_JOB });
    await world.writeMeeting();
    await world.serve("meetings/one");
    const instance = await world.instance();
    expect(instance).to.include({ status: "queued", attempt: 0 }).and.have.property("wake_at");
    expect(instance["error"]).to.include({ code: "LAUNCH_FAILED", platform_reason: "5" });
    expect(instance).to.have.nested.property("error.message", "There is no job.");
  });

  it("gives the attempt back when there is no launcher, and names the problem", async () => {
    world.services.launcher = () => Promise.reject(new Error("KUBECONFIG cannot be read"));
    await world.writeMeeting();
    await world.serve("meetings/one");
    const instance = await world.instance();
    expect(instance).to.include({ status: "queued", attempt: 0, launch_failures: 1 });
    expect(instance["error"]).to.include({ code: "LAUNCH_FAILED", needs_operator: true });
    expect(instance).to.have.nested.property("error.message").that.contains("KUBECONFIG cannot");
    expect(world.launcher.launches).to.have.length(0);
  });

  it("leaves a launch of unknown outcome to the lease", async () => {
    world.launcher.answer = () => ({ kind: "unknown", reason: "no answer" });
    await world.writeMeeting();
    await world.serve("meetings/one");
    const instance = await world.instance();
    expect(instance).to.include({ status: "processing", phase: "claimed", attempt: 1 });
    expect(instance).to.not.have.any.keys("execution", "error");
    expect(world.logs).to.contain("launch with unknown outcome").and.contain("no answer");
  });

  it("launches the bot although the answer to its transaction was lost", async () => {
    await world.writeMeeting();
    world.services.store = world.database.losingTheNextCommit();
    await world.serve("meetings/one");
    expect(world.launcher.launches).to.have.length(1);
    expect(await world.instance()).to.include({ phase: "launched", attempt: 1 });
  });

  it("launches nothing more when its user cancels, and the waiting bot is gone", async () => {
    await world.writeMeeting({ start: ago(-10 * MINUTE) });
    await world.serve("meetings/one");
    await world.database.edit("meetings/one", { status: "cancelled" });
    await world.serve("meetings/one");
    expect(await world.instance()).to.include({ status: "cancelled" });
    expect(world.launcher.launches).to.have.length(0);
    expect(world.logs).to.contain("meeting released");
  });

  it("launches another bot when its user wants one again", async () => {
    await world.writeMeeting();
    for (const status of ["scheduled", "cancelled", "scheduled"]) {
      await world.database.edit("meetings/one", { status });
      await world.serve("meetings/one");
    }
    expect(world.launcher.launches).to.have.length(2);
    const { bot_instance_id: id } = await world.meeting();
    expect(world.launcher.launches[1]?.instance.id).to.equal(id);
  });

  it("tells the bot to leave when the document is deleted", async () => {
    await world.writeMeeting();
    await world.serve("meetings/one");
    const former = String((await world.meeting())["bot_instance_id"]);
    await world.database.remove("meetings/one");
    await captureLogs(() => serveMeeting(world.services, "meetings/one", former));
    expect(await world.instance()).to.have.property("cancel_requested_at");
    expect(world.launcher.launches).to.have.length(1);
  });

  it("launches the waiting bot at once when its meeting is moved to now", async () => {
    await world.writeMeeting({ occurrence_start_utc: ago(0), start: ago(-10 * MINUTE) });
    await world.serve("meetings/one");
    await world.database.edit("meetings/one", { start: ago(MINUTE) });
    world.services.store = world.database.losingTheNextCommit();
    await world.serve("meetings/one");
    expect(world.launcher.launches).to.have.length(1);
    expect(await world.instance()).to.include({ phase: "launched", attempt: 1 });
  });

  it("tells the log neither the link nor the token", async () => {
    await world.writeMeeting({ meeting_url: `${LINK}?pwd=secret`, bot_name: "Ada's scribe" });
    await world.serve("meetings/one");
    const { claim_token: token } = await world.instance();
    expect(world.logs).to.contain("meetings/one").and.contain("bot launched");
    for (const secret of [LINK, "secret", "Ada", String(token)]) {
      expect(world.logs).to.not.contain(secret);
    }
  });
});
