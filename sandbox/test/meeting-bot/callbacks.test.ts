import { expect } from "chai";
import { type Simulator, startSimulator, useSimulator } from "./support/simulator.ts";

const google = { botId: "bot-1", provider: "google" };

describe("The meeting-bot simulator's callbacks", () => {
  let bot: Simulator;
  useSimulator(
    (started) => {
      bot = started;
    },
    { JOIN_WAIT_TIME_MINUTES: "10" },
  );

  it("report a recording as failed, because the bot's own uploader is not configured", async () => {
    await bot.attend("seconds=2");
    expect(bot.backend.received).to.deep.equal([
      {
        route: "PATCH /v2/meeting/app/bot/status",
        authorization: "Bearer a-bearer-token",
        body: { ...google, status: ["processing", "joined", "failed"] },
      },
    ]);
    expect(await bot.logged("callback sent")).to.deep.include({
      route: "status",
      status: ["processing", "joined", "failed"],
    });
  });

  it("report a recording as finished when the bot's own upload works", async () => {
    await bot.attend("sandbox=uploaded&seconds=2");
    expect(bot.callbacks("status")).to.deep.equal([
      { ...google, status: ["processing", "joined", "finished"] },
    ]);
  });

  const refusals = [
    ["denied", "WaitingAtLobby", "UserDeniedRequest"],
    ["lobby-timeout", "WaitingAtLobby", "Timeout"],
    ["sign-in", "UnsupportedMeeting", "RequiresSignIn"],
  ];
  for (const [scenario, category, subCategory] of refusals) {
    it(`report ${scenario} by a status, then by a log entry ${subCategory}`, async () => {
      await bot.attend(`sandbox=${scenario}`);
      const routes = bot.backend.received.map(({ route }) => route.split("/").at(-1));
      expect(routes).to.deep.equal(["status", "log"]);
      expect(bot.callbacks("status")).to.deep.equal([
        { ...google, status: ["processing", "failed"] },
      ]);
      const [entry] = bot.callbacks("log");
      expect(entry).to.include({ ...google, level: "error", category, subCategory });
      expect(entry).to.have.property("message").that.is.a("string");
      expect(bot.log.some(({ message }) => message === "recording started")).to.equal(false);
    });
  }

  it("tell of a denial on Teams only when the wait in the lobby is over", async () => {
    const startedAt = performance.now();
    await bot.attend("sandbox=denied&speed=20", "/microsoft/join");
    expect(performance.now() - startedAt).to.be.above(500);
    expect(bot.callbacks("log")[0]).to.include({
      provider: "microsoft",
      subCategory: "UserDeniedRequest",
    });
  });

  it("come up to three times for an error that the bot retries, busy all the while", async () => {
    await bot.join("sandbox=retries&speed=10");
    await bot.logged("callback sent", 3);
    expect(await bot.busy(), "during the last, useless sleep").to.equal(1);
    await bot.logged("job ended");
    expect(bot.callbacks("status")).to.deep.equal(
      Array(3).fill({ ...google, status: ["processing", "failed"] }),
    );
    expect(bot.callbacks("log")).to.deep.equal([]);
    expect(await bot.busy()).to.equal(0);
  });

  it("never come from a silent bot", async () => {
    await bot.attend("sandbox=silent&seconds=2");
    expect(bot.backend.received).to.deep.equal([]);
    expect(await bot.busy()).to.equal(0);
  });

  it("name the event of a job without a bot", async () => {
    const body = { name: "n", bearerToken: "t", teamId: "x", timezone: "UTC", userId: "u" };
    const url = "https://us02web.zoom.us/j/123456?seconds=2";
    await bot.post("/zoom/join", { ...body, url, eventId: "event-1" });
    await bot.logged("job ended");
    expect(bot.callbacks("status")).to.deep.equal([
      { eventId: "event-1", provider: "zoom", status: ["processing", "joined", "failed"] },
    ]);
  });

  it("end the job also when nobody listens, with a line in the log", async () => {
    const lonely = await startSimulator();
    lonely.backend.close();
    await lonely.attend("seconds=2");
    const line = await lonely.logged("callback failed");
    expect(line["reason"]).to.contain("ECONNREFUSED");
    expect(await lonely.busy()).to.equal(0);
  });
}).timeout(15_000);
