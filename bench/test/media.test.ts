import { expect } from "chai";
import { type MediaFigures, PARTS } from "../src/media/measure.ts";
import { toJson } from "../src/media/report.ts";
import { QUICK } from "../src/media/scales.ts";
import { judge } from "../src/media/verdict.ts";
import { measureMedia } from "../src/media.ts";

describe("the measurements of recordings, in small", function () {
  this.timeout(300_000);
  let figures: MediaFigures;

  before(async () => {
    figures = await measureMedia(QUICK, () => {});
  });

  it("are all there, under their names", () => {
    expect(figures.errors).to.deep.equal([]);
    const json = toJson(figures, true);
    expect(json).to.include.keys("live_seconds", "max_seconds_lost", "ssim_difference");
    expect(json).to.have.property("live_seconds").that.has.keys("0.05", "0.1");
    for (const name of ["live_speedup", "copy_speedup", "peak_rss_mib"]) {
      expect(json).to.have.property(name).that.is.above(0);
    }
  });

  it("find every output right, and nothing lost that should not be", () => {
    const missed = judge(figures, new Set(PARTS)).filter(({ ok, fullOnly }) => !ok && !fullOnly);
    expect(missed).to.deep.equal([]);
    expect(figures.kills).to.have.length(QUICK.kills.count);
  });
});
