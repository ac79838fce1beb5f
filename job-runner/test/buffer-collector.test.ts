import { expect } from "chai";
import { bufferCollector } from "../src/buffer-collector.ts";

/** Looks at so many MiB, one after the other, of which so many are needed; at which of them garbage was collected. */
function collectedAt(held: readonly number[], needed: number): number[] {
  const collected: number[] = [];
  let now = 0;
  const look = bufferCollector(
    () => now * 1024 * 1024,
    () => {
      collected.push(now);
      now = needed;
    },
  );
  for (now of held) look();
  return collected;
}

describe("the collector of buffers", () => {
  it("leaves V8 alone while there are few", () => {
    expect(collectedAt([10, 20, 15, 23, 5, 23], 10)).to.deep.equal([]);
  });

  it("collects when many more have come than were needed last", () => {
    expect(collectedAt([10, 24, 30, 47, 48, 53], 30)).to.deep.equal([24]);
    expect(collectedAt([24, 53, 54, 60, 54], 30)).to.deep.equal([24, 54, 60, 54]);
  });

  it("knows of fewer that are needed when V8 has collected them", () => {
    expect(collectedAt([24, 53, 10, 33, 34], 30)).to.deep.equal([24, 34]);
  });
});
