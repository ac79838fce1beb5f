import { expect } from "chai";
import { joinBody, type Simulator, startSimulator, stopSimulators } from "./support/simulator.ts";

describe("The meeting-bot simulator's routes", () => {
  let bot: Simulator;
  before(async () => {
    bot = await startSimulator();
    await bot.logged("listening");
  });
  after(stopSimulators);

  for (const provider of ["google", "microsoft", "zoom"]) {
    it(`accepts a join at /${provider}/join with 202`, async () => {
      const nth = bot.log.filter(({ message }) => message === "job ended").length + 1;
      const answer = await bot.join("seconds=2", `/${provider}/join`);
      expect(answer.status).to.equal(202);
      expect(await answer.json()).to.deep.equal({
        success: true,
        message: `${provider} join request accepted and processing started`,
        data: { userId: "user-1", teamId: "team-1", botId: "bot-1", status: "processing" },
      });
      expect(await bot.logged("join accepted", nth)).to.include({ provider, botId: "bot-1" });
      await bot.logged("job ended", nth);
    });
  }

  for (const field of ["url", "name", "bearerToken", "teamId", "timezone", "userId"]) {
    it(`refuses a join without ${field} with 400`, async () => {
      const answer = await bot.post("/google/join", { ...joinBody, [field]: undefined });
      expect(answer.status).to.equal(400);
      expect(await answer.json()).to.deep.equal({
        success: false,
        error: "Missing required fields: bearerToken, url, name, teamId, timezone, userId",
      });
    });
  }

  it("refuses a join whose field is not a string with 400", async () => {
    expect((await bot.post("/google/join", { ...joinBody, userId: 7 })).status).to.equal(400);
  });

  it("refuses a join with neither botId nor eventId with 400", async () => {
    const answer = await bot.post("/zoom/join", { ...joinBody, botId: undefined });
    expect(answer.status).to.equal(400);
    expect(await answer.json()).to.have.property(
      "error",
      "Missing required fields: botId or eventId",
    );
  });

  it("refuses an unknown scenario with 400 and a line in the log", async () => {
    const answer = await bot.join("sandbox=snow");
    expect(answer.status).to.equal(400);
    expect(await answer.json())
      .to.have.property("error")
      .that.matches(/scenario snow; known are/);
    const line = bot.log.at(-1);
    expect(line).to.include({ message: "join refused", status: 400 });
    expect(line?.["reason"]).to.contain("snow");
  });

  it("says that it is healthy", async () => {
    const answer = await bot.get("/health");
    expect(answer.status).to.equal(200);
    const body = await answer.json();
    expect(body).to.include({ status: "healthy" });
    expect(body).to.have.all.keys("status", "timestamp", "uptime");
  });

  it("answers 404 to what the bot does not know", async () => {
    expect((await bot.get("/sandbox/joins")).status).to.equal(404);
    expect((await bot.get("/google/join")).status).to.equal(404);
  });

  it("is busy from the accepted join to the end of the job, and refuses another join", async () => {
    const release = bot.backend.hold();
    const ended = bot.log.filter(({ message }) => message === "job ended").length;
    await bot.join("seconds=2");
    expect(await bot.busy()).to.equal(1);
    const metrics = await (await bot.get("/metrics")).text();
    expect(metrics)
      .to.match(/^isbusy 1$/m)
      .and.to.match(/^isavailable 0$/m);
    const second = await bot.join("seconds=2");
    expect(second.status).to.equal(409);
    expect(await second.json()).to.deep.equal({
      success: false,
      error: "Another meeting is currently being processed. Please try again later.",
      data: { userId: "user-1", teamId: "team-1", botId: "bot-1" },
    });
    release();
    await bot.logged("job ended", ended + 1);
    expect(await bot.busy()).to.equal(0);
    const idle = await (await bot.get("/metrics")).text();
    expect(idle)
      .to.match(/^# TYPE isbusy gauge$/m)
      .and.to.match(/^isbusy 0$/m);
  });

  it("never logs the meeting's URL or the token", () => {
    const log = JSON.stringify(bot.log);
    expect(log).not.to.contain("meet.google.com").and.not.to.contain(joinBody.bearerToken);
  });
}).timeout(15_000);

describe("The meeting-bot simulator's configuration", () => {
  after(stopSimulators);

  it("ends with 1 and says why when it is wrong", async () => {
    const bot = await startSimulator({ SIM_SPEED: "fast" });
    expect(await bot.exitCode()).to.equal(1);
    expect(bot.log).to.have.length(1);
    expect(bot.log[0]).to.include({ message: "configuration refused" });
  });
}).timeout(15_000);
