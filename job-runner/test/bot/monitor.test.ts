import { EventEmitter, once } from "node:events";
import { expect } from "chai";
import {
  type BotCallbacks,
  type CallbackEvents,
  type CallbackListener,
  startCallbackListener,
} from "../../src/bot/callback-listener.ts";
import type { BotCallback } from "../../src/bot/callbacks.ts";
import type { Clock } from "../../src/bot/clock.ts";
import { HttpMeetingBotClient } from "../../src/bot/meeting-bot-client.ts";
import { monitorMeeting } from "../../src/bot/monitor.ts";
import { follow, type RecordingState } from "../../src/bot/recording-watch.ts";
import { FakeClock } from "./fake-clock.ts";
import { startServer, type TestServer } from "./http-server.ts";

const SETTINGS = {
  monitorIntervalMs: 10_000,
  maxConsecutiveFailures: 5,
  maxWaitMs: 3_600_000,
  settleMs: 3_000,
};

/** A bot whose course is written down before: what it answers, sends and records at which time. */
class ScriptedBot {
  readonly clock = new FakeClock();
  readonly received: BotCallback[] = [];
  readonly events = new EventEmitter<CallbackEvents>();
  readonly askedAt: number[] = [];
  readonly told: [string, number][] = [];
  readonly controller = new AbortController();
  /** What it answers; changed by the script. */
  answer: boolean | "unreachable" = true;
  /** When its recording grows, by a byte a millisecond. */
  recordsFrom = Number.POSITIVE_INFINITY;
  recordsUntil = Number.POSITIVE_INFINITY;
  #state: RecordingState | undefined;

  answers(at: number, answer: boolean | "unreachable"): this {
    this.clock.at(at, () => {
      this.answer = answer;
    });
    return this;
  }

  records(from: number, until: number): this {
    this.recordsFrom = from;
    this.recordsUntil = until;
    return this;
  }

  sends(at: number, callback: BotCallback): this {
    this.clock.at(at, () => {
      this.received.push(callback);
      this.events.emit("callback", callback);
    });
    return this;
  }

  monitor(settings: Partial<typeof SETTINGS> = {}) {
    return monitorMeeting({
      client: {
        isBusy: async () => {
          this.askedAt.push(this.clock.now());
          return this.answer;
        },
      },
      callbacks: this satisfies BotCallbacks,
      look: async () => this.#look(),
      settings: { ...SETTINGS, ...settings },
      clock: this.clock,
      signal: this.controller.signal,
      onRecording: () => this.told.push(["recording", this.clock.now()]),
      onProgress: ({ bytes }) => this.told.push([`${bytes} bytes`, this.clock.now()]),
    });
  }

  #look(): RecordingState | undefined {
    const now = this.clock.now();
    const bytes = Math.max(0, Math.min(now, this.recordsUntil) - this.recordsFrom);
    this.#state = follow(this.#state, [{ path: "/r", bytes }], now);
    return this.#state;
  }
}

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
    expect(outcome).to.deep.include({ kind: "recorded", partial: false });
    expect(outcome.recording?.bytes).to.equal(43_000);
    expect(bot.clock.now()).to.be.within(66_000, 68_000);
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

  it("takes a recording whose own upload failed for what it is", async () => {
    const bot = new ScriptedBot().records(1_000, 30_000);
    bot.sends(30_000, status("processing", "joined", "failed")).answers(30_000, false);
    expect(await bot.monitor()).to.deep.include({ kind: "recorded", partial: false });
  });

  it("waits for the bot's own retries", async () => {
    const bot = new ScriptedBot()
      .sends(5_000, status("processing", "failed"))
      .records(60_000, 90_000)
      .sends(90_000, status("processing", "joined", "finished"))
      .answers(90_000, false);
    expect(await bot.monitor()).to.deep.include({ kind: "recorded", partial: false });
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
    expect(outcome).to.deep.include({ kind: "recorded", partial: true });
    expect(outcome.recording?.bytes).to.equal(99_500);
    expect(bot.clock.now()).to.be.within(100_500, 160_500);
  });

  it("notices within a minute that the bot has died before it recorded", async () => {
    const bot = new ScriptedBot().answers(100_500, "unreachable");
    expect(await bot.monitor()).to.have.nested.property("failure.code", "BOT_CRASHED");
    expect(bot.clock.now()).to.be.below(160_500);
  });

  it("does not mind single questions without an answer, not even after a callback", async () => {
    const bot = new ScriptedBot().sends(5_000, status("processing", "failed"));
    for (let at = 10_000; at < 300_000; at += 50_000)
      bot.answers(at, "unreachable").answers(at + 35_000, true);
    bot.records(1_000, 300_000).sends(300_000, status("processing", "joined", "finished"));
    expect(await bot.monitor()).to.deep.include({ kind: "recorded", partial: false });
  });

  it("ends when its time is up", async () => {
    const lobby = new ScriptedBot();
    expect(await lobby.monitor({ maxWaitMs: 60_000 })).to.have.nested.property(
      "failure.code",
      "TIMED_OUT",
    );
    expect(lobby.clock.now()).to.equal(60_000);
    const endless = new ScriptedBot().records(1_000, Number.POSITIVE_INFINITY);
    expect(await endless.monitor({ maxWaitMs: 60_000 })).to.deep.include({
      kind: "recorded",
      partial: true,
    });
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
    expect(await bot.monitor()).to.deep.include({ kind: "recorded", partial: false });
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
      onRecording: () => {
        busy = 0;
        void sendCallback();
      },
      onProgress: () => {},
    });
    expect(outcome).to.deep.include({ kind: "recorded", partial: false });
  });
});

async function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal && !signal.aborted) await once(signal, "abort");
}
