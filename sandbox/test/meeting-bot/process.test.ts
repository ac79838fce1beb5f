import { expect } from "chai";
import { type Simulator, startSimulator, stopSimulators } from "./support/simulator.ts";

describe("The meeting-bot simulator's process", () => {
  afterEach(stopSimulators);

  /** A bot whose meeting is over, but whose callback nobody has answered yet. */
  async function startBusy(): Promise<{ bot: Simulator; release: () => void }> {
    const bot = await startSimulator();
    const release = bot.backend.hold();
    await bot.join("seconds=2");
    return { bot, release };
  }

  it("exits with 0 at once on SIGTERM when it is idle", async () => {
    const bot = await startSimulator();
    await bot.logged("listening");
    bot.signal("SIGTERM");
    expect(await bot.exitCode()).to.equal(0);
    expect(bot.log.at(-1)).to.include({ message: "exit", code: 0 });
  });

  it("waits for the running job on SIGTERM and refuses new ones", async () => {
    const { bot, release } = await startBusy();
    bot.signal("SIGTERM");
    await bot.logged("stopping when idle");
    await bot.logged("recording ended");
    expect((await bot.join("seconds=2")).status).to.equal(409);
    expect(await bot.busy()).to.equal(1);
    expect((await bot.get("/health")).status).to.equal(200);
    release();
    expect(await bot.exitCode()).to.equal(0);
    expect(bot.callbacks("status")).to.have.length(1);
  });

  it("sends itself SIGTERM half a second after POST /shutdown", async () => {
    const bot = await startSimulator();
    const startedAt = performance.now();
    expect((await bot.post("/shutdown")).status).to.equal(200);
    expect(await bot.exitCode()).to.equal(0);
    expect(performance.now() - startedAt).to.be.above(450);
    await bot.logged("stopping when idle");
  });

  it("has no POST /shutdown in upstream's flavour", async () => {
    const bot = await startSimulator({ SIM_FLAVOUR: "upstream" });
    expect((await bot.post("/shutdown")).status).to.equal(404);
  });

  it("answers 409 to a join in the busy scenario", async () => {
    const bot = await startSimulator();
    expect((await bot.join("sandbox=busy")).status).to.equal(409);
    expect(await bot.busy()).to.equal(0);
  });

  it("leaves /health unanswered until a slow start is over", async () => {
    const bot = await startSimulator({ SIM_SCENARIO: "slow-start", SIM_SPEED: "5" });
    const health = await (await bot.get("/health")).json();
    expect(health).to.have.property("uptime").that.is.within(0.99, 2);
  });

  it("never answers /health when unhealthy, and everything else", async () => {
    const bot = await startSimulator({ SIM_SCENARIO: "unhealthy" });
    const health = bot.get("/health").then(
      () => "answered",
      () => "broken off",
    );
    await bot.attend("seconds=2");
    expect(await bot.busy()).to.equal(0);
    expect(await Promise.race([health, "silence"])).to.equal("silence");
  });

  it("turns unhealthy with the meeting that asks for it", async () => {
    const bot = await startSimulator();
    expect((await bot.get("/health")).status).to.equal(200);
    await bot.attend("sandbox=unhealthy&seconds=2");
    const health = bot.get("/health").catch(() => "broken off");
    expect(await bot.busy()).to.equal(0);
    expect(await Promise.race([health, "silence"])).to.equal("silence");
  });
}).timeout(15_000);
