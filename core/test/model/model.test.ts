import { expect } from "chai";
import fc from "fast-check";
import { type Chapter, happen, story } from "./story.ts";

/** How many stories are tried; the command that looks for faults asks for more. */
const STORIES = Number(process.env["MODEL_STORIES"] ?? 3000);
const SEED = Number(process.env["MODEL_SEED"] ?? Date.now() % 2_147_483_647);

describe("what becomes of meetings, whatever happens", function () {
  this.timeout(600_000);

  it(`keeps its promises in ${STORIES} stories (seed ${SEED})`, async () => {
    const reached = new Map<string, number>();
    let told = 0;
    const property = fc.asyncProperty(story, async (chapters) => {
      const { violations, reached: marks } = await happen(chapters);
      told += 1;
      for (const mark of marks) reached.set(mark, (reached.get(mark) ?? 0) + 1);
      expect(
        violations.slice(0, 3),
        tell(chapters) + violations.slice(0, 3).join("\n"),
      ).to.deep.equal([]);
    });
    await fc.assert(property, { numRuns: STORIES, seed: SEED });
    const shares = [...reached].map(
      ([mark, count]) => `${mark} ${((100 * count) / told).toFixed(1)} %`,
    );
    process.stdout.write(`      reached by stories: ${shares.join(", ")}\n`);
    for (const mark of ["hand-over", "merge", "former link", "retry"]) {
      expect(reached.get(mark) ?? 0, mark).to.be.at.least(told / 100);
    }
  });
});

/** A story as it is read: a line for each thing that happens. */
function tell(chapters: readonly Chapter[]): string {
  const lines = chapters.map(({ do: what, until, fate, order, ...details }) => {
    const words = Object.entries(details).map(([name, value]) => `${name} ${value}`);
    const after =
      until === "rest" ? ` (order ${order})` : ` … then ${until} steps (${fate}, order ${order})`;
    return `  ${what} ${words.join(", ")}${after}`;
  });
  return ["", ...lines, ""].join("\n");
}
