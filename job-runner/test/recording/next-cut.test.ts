import { expect } from "chai";
import { nextCut, PART_LIMITS } from "../../src/recording/next-cut.ts";

const LIMITS = { bytes: 100, ageMs: 10 };

describe("where the next part ends", () => {
  const cases: [what: string, length: number, now: number, isLast: boolean, end?: number][] = [
    ["nowhere while there is little of it, and that is young", 149, 9, false],
    ["where there is enough for one", 150, 0, false, 150],
    ["where it is full, however much there is", 999, 99, true, 150],
    ["where the recording is when its first byte is old", 149, 10, false, 149],
    ["where the recording is when there will be no more", 51, 0, true, 51],
    ["nowhere when there is nothing, however late it is", 50, 99, true],
  ];
  for (const [what, length, now, isLast, end] of cases) {
    it(what, () => {
      const uncut = { startByte: 50, startedAt: 0, length };
      expect(nextCut(uncut, LIMITS, now, isLast)).to.equal(end);
    });
  }

  it("leaves a dead execution's loss below 15 s and 8 MiB, one part being under way", () => {
    expect(PART_LIMITS.ageMs).to.be.below(15_000);
    expect(2 * PART_LIMITS.bytes).to.equal(8 * 1024 * 1024);
  });
});
