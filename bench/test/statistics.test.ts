import { expect } from "chai";
import { summarize } from "../src/statistics.ts";

describe("a summary of measurements", () => {
  it("takes percentiles by nearest rank, in whatever order they came", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(summarize(hundred)).to.deep.equal({ count: 100, p50: 50, p95: 95, max: 100 });
    expect(summarize([7])).to.deep.equal({ count: 1, p50: 7, p95: 7, max: 7 });
  });
});
