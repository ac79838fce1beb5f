import { expect } from "chai";
import { sharesOf, tellStories } from "./stories.ts";

/** The same stories each time; `npm run model` tells others, and more. */
const STORIES = Number(process.env["MODEL_STORIES"] ?? 1500);
const SEED = Number(process.env["MODEL_SEED"] ?? 1);
/** A slow machine tells fewer. */
const LIMIT_MS = 240_000;
const LEAST_STORIES = 100;

describe("what becomes of meetings, whatever happens", function () {
  this.timeout(600_000);

  it(`keeps its promises in ${STORIES} stories (seed ${SEED})`, async () => {
    const report = await tellStories({ stories: STORIES, seed: SEED, limitMs: LIMIT_MS });
    const { told, reached, failure } = report;
    const { violations = [], story = [] } = failure ?? {};
    expect(violations, ["", ...story, ...violations].join("\n  ")).to.deep.equal([]);
    expect(told).to.be.at.least(LEAST_STORIES);
    process.stdout.write(`      ${sharesOf(report)}\n`);
    for (const mark of ["hand-over", "merge", "former link", "retry"]) {
      expect(reached[mark] ?? 0, mark).to.be.at.least(told / 100);
    }
  });
});
