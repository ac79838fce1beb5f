import { SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { waitForDocument } from "../../sandbox/src/wait-for-document.ts";
import { look, outputsOf } from "./support/recorded.ts";
import { fieldsOf, linkTo, openWorld, reachPhase, type World } from "./support/world.ts";

describe("a manager whose room is handed over", function () {
  this.timeout(60_000);
  let world: World;

  before(async () => {
    world = await openWorld();
  });
  after(() => world?.end());

  it("takes its bot out when it is to leave, and what that has recorded is whole", async () => {
    const run = await world.run({ meetingUrl: linkTo("sandbox=h264&seconds=600&speed=4") });
    await reachPhase(run.ref, "recording");
    const leaveAt = Date.now() + 2 * SECOND;
    await run.ref.update({ leave_at: new Date(leaveAt) });

    const converting = await reachPhase(run.ref, "converting");
    expect(run.isStopRequested()).to.equal(true);
    expect(converting["recording_ended_at"].toMillis() - leaveAt).to.be.within(-SECOND, 3 * SECOND);
    expect(await run.manager.exitCode).to.equal(0);

    const ended = await fieldsOf(run.ref);
    expect(ended).to.deep.include({ status: "done", partial: false, end_reason: "handed-over" });
    expect(ended["ended_at"]).to.deep.equal(ended["recording_ended_at"]);
    expect(ended["recorded_at"].toMillis()).to.be.within(leaveAt - 5 * SECOND, Date.now());
    const { durationSeconds } = await look(outputsOf(world, run.ref)["video.mp4"]);
    expect(durationSeconds).to.be.above(4);
  });

  it("gives up when its bot was not let in by then", async () => {
    const run = await world.run({
      meetingUrl: linkTo("sandbox=lobby-timeout"),
      leaveAt: Date.now(),
    });

    expect(await run.manager.exitCode).to.equal(1);

    const { status, error } = await fieldsOf(run.ref);
    expect(status).to.equal("failed");
    expect(error).to.include({
      code: "MISSED",
      message: "The next meeting in the room began before the bot was let in.",
    });
    expect(run.isStopRequested()).to.equal(true);
  });

  it("does not ask to be let in before its turn, and gives its signs of life meanwhile", async () => {
    const joinAt = Date.now() + 5 * SECOND;
    const run = await world.run({ meetingUrl: linkTo("sandbox=h264&seconds=2&speed=10"), joinAt });
    const waiting = await reachPhase(run.ref, "joining");
    await waitForDocument(run.ref, (snapshot) =>
      snapshot.get("heartbeat_at") > waiting["heartbeat_at"] ? snapshot.data() : undefined,
    );
    expect(run.bot.text).not.to.contain("join accepted");
    await run.bot.line("join accepted");
    expect(Date.now()).to.be.at.least(joinAt);
    expect(await run.manager.exitCode).to.equal(0);
    expect(await fieldsOf(run.ref)).to.deep.include({ status: "done", end_reason: "ended" });
  });

  it("waits for no turn when nobody wants it any more", async () => {
    const run = await world.run({
      meetingUrl: linkTo("sandbox=h264"),
      joinAt: Date.now() + 3600e3,
    });
    await reachPhase(run.ref, "joining");
    await run.ref.update({ cancel_requested_at: new Date() });

    expect(await run.manager.exitCode).to.equal(1);

    expect(await fieldsOf(run.ref)).to.include({ status: "cancelled" });
    expect(run.bot.text).not.to.contain("join accepted");
  });
});
