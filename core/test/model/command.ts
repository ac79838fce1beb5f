import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Command, runCommand } from "../../../scripts/command.ts";
import { SECOND } from "../../src/time.ts";
import { MUTATIONS, type Mutation } from "./mutations.ts";
import { type StoryReport, sharesOf, tellStories } from "./stories.ts";
import { type Trial, tryMutation } from "./trial.ts";

const HELP = `Usage: npm run model -- [--stories N] [--seed S] [--mutations] [--only TEXT]

Tells stories of meetings, until one breaks a promise.

  --stories N    how many, from one seed (20000; 1500 with --mutations)
  --seed S       where chance begins (the clock)
  --mutations    takes one mend of the source back after the other, and looks whether a story, or the test
                 that is named for it, shows that; three seeds each
  --only TEXT    the mutations whose names have this text

Exit codes: 0 every promise was kept, or every mutation was noticed; 1 not; 2 called in a wrong way.
`;

const STORIES = 20_000;
const STORIES_OF_A_MUTATION = 1500;
const SEEDS_OF_A_MUTATION = 3;
const SHRINK_MS = 10 * SECOND;
/** A line of progress for so many stories. */
const PROGRESS = 500;
/** So many lines are shown of the story that shows a mutation. */
const SHOWN_LINES = 6;

const command: Command = {
  help: HELP,
  prepare(args) {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.help) return undefined;
    const seed = readCount("seed", values.seed) ?? Date.now() % 2 ** 31;
    const stories = readCount("stories", values.stories);
    const { only, mutations } = values;
    if (!mutations && only === undefined) return () => checkStories(stories ?? STORIES, seed);
    const chosen = MUTATIONS.filter(({ name }) => name.includes(only ?? ""));
    return () => checkMutations(chosen, stories ?? STORIES_OF_A_MUTATION, seed);
  },
};

const OPTIONS = {
  stories: { type: "string" },
  seed: { type: "string" },
  mutations: { type: "boolean" },
  only: { type: "string" },
  help: { type: "boolean" },
} as const;

process.exitCode = await runCommand(command);

function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? text : Number(text);
  throw new Error(`--${option} must be a whole number, not "${text}"; --help explains.`);
}

async function checkStories(stories: number, seed: number): Promise<void> {
  const onStory = (told: number) => {
    if (told % PROGRESS === 0) print(`${told} of ${stories} stories`);
  };
  const report = await tellStories({ stories, seed, onStory });
  if (report.failure) throw new Error([`Seed ${seed}:`, ...linesOf(report)].join("\n"));
  print(`${report.told} stories, seed ${seed}: every promise was kept.`);
  print(sharesOf(report));
}

async function checkMutations(
  mutations: readonly Mutation[],
  stories: number,
  seed: number,
): Promise<void> {
  const plan = { stories, seed, seeds: SEEDS_OF_A_MUTATION, shrinkMs: SHRINK_MS };
  const waiting = [...mutations];
  const survivors: string[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const trial = await tryMutation(next, plan);
      if (trial.kind === "survives") survivors.push(next.name);
      print(describe(next, trial));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  print(`${mutations.length - survivors.length} of ${mutations.length} mutations were noticed.`);
  if (survivors.length > 0) throw new Error(`Nobody noticed: ${survivors.join("; ")}.`);
}

function describe({ name, fault, shownBy }: Mutation, trial: Trial): string {
  switch (trial.kind) {
    case "survives":
      return `SURVIVES  ${name}\n    ${fault}`;
    case "found-by-test":
      return `noticed   ${name}\n    by ${shownBy}`;
    case "found": {
      const { seed, told } = trial.report;
      const [first, ...lines] = linesOf(trial.report);
      const rest = lines.length - SHOWN_LINES;
      const shown = [...lines.slice(0, SHOWN_LINES), ...(rest > 0 ? [`  (${rest} more)`] : [])];
      const where = `seed ${seed}, story ${told + 1}: ${first}`;
      return [`noticed   ${name}`, where, ...shown].join("\n    ");
    }
  }
}

function linesOf({ failure }: StoryReport): string[] {
  const { violations = [], story = [] } = failure ?? {};
  return [...violations, ...story.map((line) => `  ${line}`)];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
