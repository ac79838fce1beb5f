import { expect } from "chai";
import { startServer } from "./bot/http-server.ts";
import { openFirestoreLink } from "./support/firestore-link.ts";
import { fieldsOf, linkTo, openWorld, reachPhase, type World } from "./support/world.ts";

/** A meeting of a minute, longer than any of these tests, that has much to say at once. */
const LONG_MEETING = { meetingUrl: linkTo("sandbox=h264&seconds=240&speed=4") };

/** Resolves with a value and how long it took to come. */
async function timed<T>(promise: Promise<T>): Promise<{ value: T; seconds: number }> {
  const startedAt = performance.now();
  const value = await promise;
  return { value, seconds: (performance.now() - startedAt) / 1000 };
}

describe("a manager that must leave", function () {
  this.timeout(30_000);
  let world: World;

  before(async () => {
    world = await openWorld();
  });
  after(() => world?.end());

  it("stops its bot and writes nothing more when another claim has taken the instance", async () => {
    const run = await world.run(LONG_MEETING);
    await reachPhase(run.ref, "recording");

    await run.ref.update({ claim_token: "another", runner_id: "another" });
    const taken = await fieldsOf(run.ref);
    const { value: code, seconds } = await timed(run.manager.exitCode);
    await run.bot.exitCode;

    expect(code).to.equal(3);
    expect(seconds).to.be.below(10);
    expect(run.isStopRequested()).to.equal(true);
    expect(run.manager.text).to.contain('"lease lost"').and.to.contain('"superseded"');
    expect(await fieldsOf(run.ref)).to.deep.equal(taken);
    expect(world.storage.objects()).to.deep.equal([]);
  });

  it("stops its bot before the sweep acts when Firestore does not answer any more", async () => {
    const link = await openFirestoreLink();
    const run = await world.run(LONG_MEETING, {
      manager: { FIRESTORE_EMULATOR_HOST: link.address, HEARTBEAT_LOST_SECONDS: "4" },
    });
    await reachPhase(run.ref, "recording");

    link.silence();
    const { value: code, seconds } = await timed(run.manager.exitCode);
    await link.stop();
    const { heartbeat_at: heartbeatAt, status, phase } = await fieldsOf(run.ref);

    expect(code).to.equal(3);
    expect(seconds).to.be.within(2, 10);
    expect(run.manager.text).to.contain('"unreachable"');
    expect(await run.bot.exitCode).to.equal(0);
    expect({ status, phase }).to.deep.equal({ status: "processing", phase: "recording" });
    expect(Date.now() - heartbeatAt.toMillis()).to.be.above(3_000);
  });

  it("gives the instance back when the platform ends the job", async () => {
    const run = await world.run(LONG_MEETING);
    await reachPhase(run.ref, "recording");

    run.manager.signal("SIGTERM");
    const { value: code, seconds } = await timed(run.manager.exitCode);
    const instance = await fieldsOf(run.ref);

    expect(code).to.equal(1);
    expect(seconds).to.be.below(10);
    expect(run.isStopRequested()).to.equal(true);
    expect(instance).to.include({ status: "queued", attempt: 1 });
    expect(instance["error"]).to.include({ code: "LEASE_EXPIRED", retryable: true });
  });

  it("gives it back in time although the bot answers nothing", async () => {
    const bot = await startServer((request, response) => {
      if (request.url === "/health") response.end('{"status":"healthy"}');
      else if (request.url === "/google/join") run.manager.signal("SIGTERM");
    });
    const run = await world.run(LONG_MEETING, { manager: { MEETING_BOT_API_URL: bot.url } });
    await reachPhase(run.ref, "joining");

    const { value: code, seconds } = await timed(run.manager.exitCode);
    await bot.stop();

    expect(code).to.equal(1);
    expect(seconds).to.be.below(10);
    expect(await fieldsOf(run.ref)).to.include({ status: "queued" });
  });
});
