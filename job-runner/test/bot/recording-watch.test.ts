import { expect } from "chai";
import type { RecordingFile } from "../../src/bot/recording-files.ts";
import { follow, type RecordingChange, watchRecording } from "../../src/bot/recording-watch.ts";
import { FakeClock } from "./fake-clock.ts";

const DOCUMENTED = (bytes: number): RecordingFile => ({ path: "/r/u/x.webm", bytes });
const GROWING = (bytes: number): RecordingFile => ({ path: "/r/recording-b.webm", bytes });

describe("following a recording", () => {
  it("sees nothing in empty files", () => {
    expect(follow(undefined, [], 1)).to.equal(undefined);
    expect(follow(undefined, [DOCUMENTED(0)], 1)).to.equal(undefined);
  });

  it("remembers when it was first seen and when it grew", () => {
    const first = follow(undefined, [DOCUMENTED(5)], 1);
    expect(first).to.deep.equal({ ...DOCUMENTED(5), firstSeenAt: 1, grewAt: 1 });
    expect(follow(first, [DOCUMENTED(5)], 2)).to.deep.equal(first);
    expect(follow(first, [DOCUMENTED(9)], 3)).to.deep.equal({
      ...DOCUMENTED(9),
      firstSeenAt: 1,
      grewAt: 3,
    });
  });

  it("prefers what has bytes to what is only there", () => {
    expect(follow(undefined, [DOCUMENTED(0), GROWING(4)], 1)).to.include(GROWING(4));
  });

  it("is not led astray by the late copy, whole or half", () => {
    const growing = follow(undefined, [GROWING(9)], 1);
    expect(follow(growing, [DOCUMENTED(4), GROWING(9)], 2)).to.deep.equal(growing);
    expect(follow(growing, [DOCUMENTED(9), GROWING(9)], 2)).to.deep.equal(growing);
  });

  it("goes on with the copy when the original has gone, without calling it growth", () => {
    const growing = follow(undefined, [GROWING(9)], 1);
    const expected = { ...DOCUMENTED(9), firstSeenAt: 1, grewAt: 1 };
    expect(follow(growing, [DOCUMENTED(9)], 5)).to.deep.equal(expected);
  });

  it("keeps what it knew when everything has gone", () => {
    const growing = follow(undefined, [GROWING(9)], 1);
    expect(follow(growing, [], 5)).to.deep.equal(growing);
  });
});

describe("watching a recording", () => {
  function watch(sizes: (time: number) => number, signal?: AbortSignal) {
    const clock = new FakeClock();
    let state: ReturnType<typeof follow>;
    const look = async () => {
      state = follow(state, [DOCUMENTED(sizes(clock.now()))], clock.now());
      return state;
    };
    const options = { look, clock, intervalMs: 1000, settleMs: 3000 };
    return { clock, changes: watchRecording(signal ? { ...options, signal } : options) };
  }

  it("reports that it appears, grows and has settled, once each", async () => {
    const seen: [string, number, number][] = [];
    const { changes, clock } = watch((time) => (time < 2000 ? 0 : Math.min(time, 6000)));
    for await (const { kind, recording } of changes)
      seen.push([kind, recording.bytes, clock.now()]);
    expect(seen).to.deep.equal([
      ["appeared", 2000, 2000],
      ["grew", 3000, 3000],
      ["grew", 4000, 4000],
      ["grew", 5000, 5000],
      ["grew", 6000, 6000],
      ["settled", 6000, 9000],
    ]);
  });

  it("ends when it is told to", async () => {
    const controller = new AbortController();
    const { changes, clock } = watch((time) => time + 1, controller.signal);
    clock.at(10_500, () => controller.abort());
    const seen: RecordingChange[] = [];
    for await (const change of changes) seen.push(change);
    expect(seen).to.have.lengthOf(11);
    expect(clock.now()).to.equal(10_500);
  });
});
