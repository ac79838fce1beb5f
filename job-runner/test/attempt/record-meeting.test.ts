import { MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { telling, waitForTurn } from "../../src/attempt/record-meeting.ts";
import type { Config } from "../../src/config.ts";
import type { Change } from "../../src/lease-keeper.ts";
import type { Logs } from "../../src/logs.ts";
import { FakeClock } from "../bot/fake-clock.ts";

const CONFIG = { maxWaitMinutes: 60 } as Config;

describe("a bot that waits for its turn", () => {
  const waited = async (joinAt: number | undefined, signal = new AbortController().signal) => {
    const clock = new FakeClock();
    clock.freeze(5 * SECOND);
    const turn = joinAt === undefined ? {} : { joinAt };
    const waitedMs = await waitForTurn({ config: CONFIG, clock }, turn, signal);
    expect(clock.now() - 5 * SECOND).to.equal(waitedMs);
    return waitedMs;
  };

  it("does not ask to be let in before", async () => {
    expect(await waited(95 * SECOND)).to.equal(90 * SECOND);
  });

  it("does not wait when it is its turn, or when there is nobody to wait for", async () => {
    for (const joinAt of [undefined, 0, 5 * SECOND]) expect(await waited(joinAt)).to.equal(0);
  });

  it("does not wait for longer than for a meeting", async () => {
    expect(await waited(2 ** 50)).to.equal(60 * MINUTE);
  });

  it("waits no longer when nobody wants it any more", async () => {
    expect(await waited(95 * SECOND, AbortSignal.abort())).to.equal(0);
  });
});

describe("what is told of a meeting while it is on", () => {
  /** Everything that is told or noted while the recording grows every two seconds. */
  function record(takesOverFrom?: string) {
    const said: [how: "tell" | "note", change: Change][] = [];
    const lease = {
      tell: async (change: Change) => void said.push(["tell", change]),
      note: (change: Change) => void said.push(["note", change]),
    };
    const logs = { phaseEntered: () => {} } as unknown as Logs;
    const teller = telling({ logs }, takesOverFrom ? { takesOverFrom } : {}, lease);
    const state = (grewAt: number) => ({ path: "/r", bytes: grewAt, firstSeenAt: 0, grewAt });
    return { said, teller, state };
  }

  it("is each phase, and a silence and its end, at once", () => {
    const { said, teller, state } = record();
    teller.onWaiting();
    teller.onRecording(state(1));
    teller.onSilence(7);
    teller.onSilence(null);
    expect(said).to.deep.equal([
      ["tell", { phase: "waiting" }],
      ["tell", { phase: "recording" }],
      ["tell", { recordingEndedAt: 7 }],
      ["tell", { recordingEndedAt: null }],
    ]);
  });

  for (const [title, other, told] of [
    [
      "takes over a room: once at once after ten seconds, so that the other one leaves",
      "old",
      [10],
    ],
    ["has the room to itself: with the signs of life", undefined, []],
  ] as const) {
    it(`is the progress of a bot that ${title}`, () => {
      const { said, teller, state } = record(other);
      for (let seconds = 2; seconds <= 20; seconds += 2) teller.onProgress(state(seconds * SECOND));
      expect(said).to.have.length(10);
      const atOnce = said.filter(([how]) => how === "tell");
      expect(atOnce.map(([, { progress }]) => progress?.secondsRecorded)).to.deep.equal(told);
    });
  }
});
