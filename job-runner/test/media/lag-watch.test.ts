import { expect } from "chai";
import { createLagWatch } from "../../src/media/lag-watch.ts";

/** Feeds a lag per half second, as ffmpeg reports; tells the second at which it is too much. */
function judge(lagAt: (second: number) => number, from = 0, to = 180): number | undefined {
  const isLagging = createLagWatch(1000);
  for (let second = from; second <= to; second += 0.5) {
    const atMs = 1000 + second * 1000;
    if (isLagging({ atMs, lagSeconds: lagAt(second) })) return second;
  }
  return undefined;
}

describe("the watch over the lag", () => {
  for (const [what, lagAt, expected] of [
    ["is content with a conversion that keeps pace", () => 4, undefined],
    ["notices a conversion at half the speed", (second) => second / 2, 25],
    ["allows for bytes that come every two seconds", (second) => 10 + (second % 2), undefined],
    ["waits for a backlog that shrinks", (second) => Math.max(0, 600 - second), undefined],
    ["waits for a backlog that stays", () => 600, undefined],
    ["notices a backlog that grows, after ten seconds", (second) => 600 + second / 2, 10],
    ["does not mind lag after two minutes", (second) => Math.max(0, second - 121), undefined],
  ] as [string, (second: number) => number, number | undefined][]) {
    it(what, () => expect(judge(lagAt)).to.equal(expected));
  }
});
