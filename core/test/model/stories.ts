import fc from "fast-check";
import { SECOND } from "../../src/time.ts";
import { type Chapter, story } from "./happenings.ts";
import { happen } from "./story.ts";

/** What stories are told. */
export interface StoryPlan {
  stories: number;
  seed: number;
  /** After so long no other story is begun. */
  limitMs?: number;
  /** For so long a story that has gone wrong is made shorter. */
  shrinkMs?: number;
  /** Where a mend is missing: what happens with it. Stories that go wrong all the same do not count. */
  withTheMend?: typeof happen;
  /** Called with the number of each story that went well. */
  onStory?: (told: number) => void;
}

/** What a number of stories has come to. */
export interface StoryReport {
  seed: number;
  /** How many went well. */
  told: number;
  /** In how many of them something worth counting happened, by its name. */
  reached: Record<string, number>;
  /** How many went wrong that would have done so with the mend, too. */
  wrongAnyway: number;
  /** The shortest story that was found to go wrong, a line for each thing that happens. */
  failure?: { violations: string[]; story: string[] };
}

const SHRINK_MS = 20 * SECOND;
const SHOWN_VIOLATIONS = 3;

/** Tells stories until one goes wrong. */
export async function tellStories(plan: StoryPlan): Promise<StoryReport> {
  const { stories, seed, limitMs, shrinkMs = SHRINK_MS, withTheMend, onStory } = plan;
  const report: StoryReport = { seed, told: 0, reached: {}, wrongAnyway: 0 };
  let endAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(story, async (chapters) => {
    const isShrinking = endAt < Number.POSITIVE_INFINITY;
    if (performance.now() > endAt) return true;
    const { violations, reached } = await outcomeOf(chapters, happen);
    const isWrong = violations.length > 0;
    const isAnyway = isWrong && withTheMend && !(await goesWell(chapters, withTheMend));
    if (isWrong && !isAnyway) {
      if (!isShrinking) endAt = performance.now() + shrinkMs;
      return false;
    }
    if (isShrinking) return true;
    if (isAnyway) report.wrongAnyway += 1;
    else count(report, reached);
    onStory?.(report.told);
    return true;
  });
  const limit = limitMs === undefined ? {} : { interruptAfterTimeLimit: limitMs };
  const { counterexample } = await fc.check(property, { numRuns: stories, seed, ...limit });
  return counterexample ? { ...report, failure: await explain(counterexample[0]) } : report;
}

/** In how many of a hundred stories something happened, for a line of its own. */
export function sharesOf({ told, reached }: StoryReport): string {
  const shares = Object.entries(reached).map(
    ([mark, count]) => `${mark} ${((100 * count) / told).toFixed(1)} %`,
  );
  return `${told} stories reached: ${shares.join(", ")}`;
}

function count(report: StoryReport, marks: Iterable<string>): void {
  report.told += 1;
  for (const mark of marks) report.reached[mark] = (report.reached[mark] ?? 0) + 1;
}

async function goesWell(chapters: readonly Chapter[], telling: typeof happen): Promise<boolean> {
  return (await outcomeOf(chapters, telling)).violations.length === 0;
}

/** A story that does not come to its end has gone wrong too. */
async function outcomeOf(chapters: readonly Chapter[], telling: typeof happen) {
  try {
    return await telling(chapters);
  } catch (error) {
    return { violations: [String(error)], reached: new Set<string>() };
  }
}

async function explain(chapters: readonly Chapter[]) {
  const { violations } = await outcomeOf(chapters, happen);
  return { violations: violations.slice(0, SHOWN_VIOLATIONS), story: chapters.map(lineOf) };
}

function lineOf({ do: what, until, fate, order, ...details }: Chapter): string {
  const words = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  const after =
    until === "rest" ? `(order ${order})` : `… then ${until} steps (${fate}, order ${order})`;
  return `${what} ${words.join(", ")} ${after}`;
}
