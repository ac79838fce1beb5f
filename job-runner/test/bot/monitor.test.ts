import { once } from "node:events";
import { expect } from "chai";
import { type CallbackListener, startCallbackListener } from "../../src/bot/callback-listener.ts";
import type { BotCallback } from "../../src/bot/callbacks.ts";
import type { Clock } from "../../src/bot/clock.ts";
import { HttpMeetingBotClient } from "../../src/bot/meeting-bot-client.ts";
import { type MonitoredOutcome, monitorMeeting } from "../../src/bot/monitor.ts";
import { startServer, type TestServer } from "./http-server.ts";
import { ScriptedBot, SETTINGS } from "./scripted-bot.ts";

const status = (...statuses: string[]): BotCallback => ({ kind: "status", botId: "b", statuses });
const log = (category: string, subCategory: string): BotCallback => ({
  kind: "log",
  botId: "b",
  category,
  subCategory,
  message: "",
});

describe("monitoring a meeting", () => {
  it("ends within the settle time after the terminal callback, not at the next poll", async () => {
    const bot = new ScriptedBot().records(20_000, 63_000);
    bot.sends(63_100, status("processing", "joined", "finished")).answers(63_100, false);
    const outcome = await bot.monitor();
    expect(outcome).to.include({ kind: "recorded" }).and.not.to.have.property("missing");
    expect(outcome.recording?.bytes).to.equal(43_000);
    expect(bot.clock.now()).to.be.within(63_500, 64_000);
  });

  it("asks every interval while nothing happens", async () => {
    const bot = new ScriptedBot().records(5_000, 60_000).answers(60_000, false);
    await bot.monitor();
    expect(bot.askedAt.slice(0, 7)).to.deep.equal([
      0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000,
    ]);
  });

  it("tells once that it records, and every growth", async () => {
    const bot = new ScriptedBot().records(5_000, 8_000).answers(8_000, false);
    await bot.monitor();
    expect(bot.told).to.deep.equal([
      ["recording", 6_000],
      ["1000 bytes", 6_000],
      ["2000 bytes", 7_000],
      ["3000 bytes", 8_000],
    ]);
  });

  it("tells once when there is no byte for a minute, though the bot records later", async () => {
    const bot = new ScriptedBot().records(200_000, 300_000).answers(300_000, false);
    await bot.monitor();
    expect(bot.signs).to.deep.equal([["waiting", 60_000]]);
    expect(bot.told[0]).to.deep.equal(["recording", 201_000]);
    const quick = new ScriptedBot().records(58_000, 90_000).answers(90_000, false);
    await quick.monitor();
    expect(quick.signs).to.deep.equal([]);
  });

  it("tells within ten seconds that the recording does not grow, and that it grows again", async () => {
    const bot = new ScriptedBot().records(1_000, 30_000);
    bot.clock.at(60_500, () => {
      bot.recordsFrom += 30_500;
      bot.recordsUntil = 90_000;
    });
    bot.answers(100_500, false);
    await bot.monitor();
    expect(bot.signs).to.deep.equal([
      [30_000, 38_000],
      [null, 61_000],
      [90_000, 98_000],
    ]);
  });

  it("tells of no silence when the end is decided first", async () => {
    const bot = new ScriptedBot().records(1_000, 30_000).answers(30_000, false);
    await bot.monitor();
    expect(bot.signs).to.deep.equal([]);
  });

  it("does not take a time in which everything stood still for a silence", async () => {
    const bot = new ScriptedBot().records(1_000, 90_000).answers(90_000, false);
    bot.clock.at(60_000, () => bot.clock.freeze(20_000));
    bot.recordsUntil = 110_000;
    await bot.monitor();
    expect(bot.signs).to.deep.equal([]);
  });

  it("takes back what another process has told only when it sees growth itself", async () => {
    const over = new ScriptedBot().records(-9_000, -4_000).answers(20_500, false);
    await over.monitor({ wasSilent: true });
    expect(over.signs).to.deep.equal([]);
    const growing = new ScriptedBot().records(-9_000, 25_000).answers(25_500, false);
    await growing.monitor({ wasSilent: true });
    expect(growing.signs).to.deep.equal([[null, 1_000]]);
  });

  it("takes a recording whose own upload failed for what it is", async () => {
    const bot = new ScriptedBot().records(1_000, 30_000);
    bot.sends(30_000, status("processing", "joined", "failed")).answers(30_000, false);
    expect(await bot.monitor()).to.satisfy(isWhole);
  });

  it("waits for the bot's own retries", async () => {
    const bot = new ScriptedBot()
      .sends(5_000, status("processing", "failed"))
      .records(60_000, 90_000)
      .sends(90_000, status("processing", "joined", "finished"))
      .answers(90_000, false);
    expect(await bot.monitor()).to.satisfy(isWhole);
    expect(bot.clock.now()).to.be.above(90_000);
  });

  it("says within a few seconds that it was denied", async () => {
    const bot = new ScriptedBot()
      .sends(25_000, log("WaitingAtLobby", "UserDeniedRequest"))
      .sends(25_010, status("processing", "failed"))
      .answers(25_020, false);
    const outcome = await bot.monitor();
    expect(outcome).to.have.nested.property("failure.code", "NOT_ADMITTED");
    expect(bot.clock.now()).to.be.below(29_000);
  });

  it("waits for a callback that is overtaken by the word that the bot is idle", async () => {
    const bot = new ScriptedBot()
      .answers(9_990, false)
      .sends(10_500, log("UnsupportedMeeting", "RequiresSignIn"))
      .sends(10_500, status("processing", "failed"));
    expect(await bot.monitor()).to.have.nested.property("failure.code", "SIGN_IN_REQUIRED");
  });

  it("notices within a minute that the bot has died, and keeps what it recorded", async () => {
    const bot = new ScriptedBot().records(1_000, 100_500).answers(100_500, "unreachable");
    const outcome = await bot.monitor();
    expect(outcome).to.have.nested.property("missing.interrupted", true);
    expect(outcome.recording?.bytes).to.equal(99_500);
    expect(bot.clock.now()).to.be.within(100_500, 160_500);
  });

  it("notices within a minute that the bot has died before it recorded", async () => {
    const bot = new ScriptedBot().answers(100_500, "unreachable");
    expect(await bot.monitor()).to.have.nested.property("failure.code", "BOT_CRASHED");
    expect(bot.clock.now()).to.be.below(160_500);
  });

  it("notices within a minute that the bot hangs", async () => {
    const bot = new ScriptedBot().records(1_000, 100_500);
    expect(await bot.monitor()).to.have.nested.property("missing.interrupted", true);
    expect(bot.clock.now()).to.be.within(145_000, 160_500);
  });

  it("leaves a bot alone that pauses between two attempts of its own", async () => {
    const bot = new ScriptedBot().records(1_000, 100_500);
    bot.sends(100_600, status("processing", "joined", "failed"));
    bot.sends(250_000, status("processing", "joined", "finished")).answers(250_000, false);
    const { kind, recording } = await bot.monitor();
    expect(kind).to.equal("recorded");
    expect(recording?.bytes).to.equal(99_500);
    expect(bot.clock.now()).to.be.within(250_000, 251_000);
  });

  it("does not take a time in which everything stood still for the bot's hanging", async () => {
    const bot = new ScriptedBot().records(1_000, 400_000).answers(400_000, false);
    bot.clock.at(60_000, () => {
      bot.clock.freeze(100_000);
      bot.recordsFrom += 100_000;
    });
    await bot.monitor();
    expect(bot.clock.now()).to.be.above(400_000);
  });

  it("does not mind single questions without an answer, not even after a callback", async () => {
    const bot = new ScriptedBot().sends(5_000, status("processing", "failed"));
    for (let at = 10_000; at < 300_000; at += 50_000)
      bot.answers(at, "unreachable").answers(at + 35_000, true);
    bot.records(1_000, 300_000).sends(300_000, status("processing", "joined", "finished"));
    expect(await bot.monitor()).to.satisfy(isWhole);
  });

  it("ends when its time is up", async () => {
    const lobby = new ScriptedBot();
    expect(await lobby.monitor({ maxWaitMs: 60_000 })).to.have.nested.property(
      "failure.code",
      "TIMED_OUT",
    );
    expect(lobby.clock.now()).to.equal(60_000);
    const endless = new ScriptedBot().records(1_000, Number.POSITIVE_INFINITY);
    expect(await endless.monitor({ maxWaitMs: 60_000 })).to.have.nested.property(
      "missing.interrupted",
      false,
    );
    expect(endless.clock.now()).to.equal(60_000);
  });

  it("stops when it is told to, with the recording so far", async () => {
    const bot = new ScriptedBot().records(1_000, Number.POSITIVE_INFINITY);
    bot.clock.at(33_300, () => bot.controller.abort());
    const outcome = await bot.monitor();
    expect(outcome.kind).to.equal("stopped");
    expect(outcome.recording?.bytes).to.be.above(30_000);
    expect(bot.clock.now()).to.equal(33_300);
  });

  it("counts callbacks that came before it began", async () => {
    const bot = new ScriptedBot().records(-9_000, -4_000).answers(0, false);
    bot.received.push(status("processing", "joined", "finished"));
    expect(await bot.monitor()).to.satisfy(isWhole);
  });

  it("leaves nobody listening behind", async () => {
    const bot = new ScriptedBot().answers(30_000, false);
    await bot.monitor();
    expect(bot.events.listenerCount("callback")).to.equal(0);
  });
});

describe("monitoring a meeting over HTTP", () => {
  let busy = 1;
  let server: TestServer;
  let listener: CallbackListener;
  before(async () => {
    server = await startServer((_, response) => response.end(JSON.stringify({ data: busy })));
    listener = await startCallbackListener({ port: 0, botId: "b" });
  });
  after(async () => {
    await listener.close();
    await server.stop();
  });

  it("is woken by the bot's callback alone", async () => {
    const sendCallback = () =>
      fetch(`http://127.0.0.1:${listener.port}/v2/meeting/app/bot/status`, {
        method: "PATCH",
        body: JSON.stringify({ botId: "b", status: ["processing", "joined", "finished"] }),
      });
    const clock: Clock = { now: () => Date.now(), sleep: (_, signal) => untilAborted(signal) };
    const outcome = await monitorMeeting({
      client: new HttpMeetingBotClient({ baseUrl: server.url, clock }),
      callbacks: listener,
      look: async () => ({ path: "/r", bytes: 1, firstSeenAt: 0, grewAt: 0 }),
      settings: SETTINGS,
      clock,
      signal: new AbortController().signal,
      onWaiting: () => {},
      onSilence: () => {},
      onRecording: () => {
        busy = 0;
        void sendCallback();
      },
      onProgress: () => {},
    });
    expect(outcome).to.satisfy(isWhole);
  });
});

async function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal && !signal.aborted) await once(signal, "abort");
}

function isWhole(outcome: MonitoredOutcome): boolean {
  return outcome.kind === "recorded" && outcome.missing === undefined;
}
