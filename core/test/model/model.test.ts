import { expect } from "chai";
import { sharesOf, tellStories } from "./stories.ts";

/** How many stories are tried; the command that looks for faults asks for more. */
const STORIES = Number(process.env["MODEL_STORIES"] ?? 3000);
const SEED = Number(process.env["MODEL_SEED"] ?? Date.now() % 2 ** 31);

describe("what becomes of meetings, whatever happens", function () {
  this.timeout(600_000);

  it(`keeps its promises in ${STORIES} stories (seed ${SEED})`, async () => {
    const report = await tellStories({ stories: STORIES, seed: SEED });
    const { told, reached, failure } = report;
    const { violations = [], story = [] } = failure ?? {};
    expect(violations, ["", ...story, ...violations].join("\n  ")).to.deep.equal([]);
    process.stdout.write(`      ${sharesOf(report)}\n`);
    for (const mark of ["hand-over", "merge", "former link", "retry"]) {
      expect(reached[mark] ?? 0, mark).to.be.at.least(told / 100);
    }
  });
});
