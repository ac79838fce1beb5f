import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutation } from "./mutations.ts";
import type { StoryPlan, StoryReport } from "./stories.ts";

/** How a mutation is looked for. */
export interface TrialPlan extends Pick<StoryPlan, "stories" | "seed"> {
  /** How many seeds are tried, from `seed` on. */
  seeds: number;
  /** For so long a story that shows it is made shorter. */
  shrinkMs: number;
}

/** What has become of a mutation: something has noticed it, or it survives. */
export type Trial =
  | { kind: "found"; report: StoryReport }
  | { kind: "found-by-test" }
  | { kind: "survives" };

const HERE = import.meta.dirname;
const HOOK = join(HERE, "mutation-hook.ts");
const STORY_RUN = join(HERE, "story-run.ts");
const MOCHA = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");
const TESTS = fileURLToPath(new URL("..", import.meta.url));

/** Takes a mend back in a process of its own, and looks whether anybody notices. */
export async function tryMutation(mutation: Mutation, plan: TrialPlan): Promise<Trial> {
  const { shownBy } = mutation;
  if (shownBy !== undefined) return tryTests(mutation, join(TESTS, shownBy));
  for (let seed = plan.seed; seed < plan.seed + plan.seeds; seed += 1) {
    const report = await tell(mutation, { ...plan, seed });
    if (report.failure) return { kind: "found", report };
  }
  return { kind: "survives" };
}

async function tell(
  { name }: Mutation,
  { stories, seed, shrinkMs }: TrialPlan,
): Promise<StoryReport> {
  const args = [STORY_RUN, stories, seed, shrinkMs].map(String);
  const { code, stdout, stderr } = await run(name, args);
  if (code !== 0) throw new Error(`"${name}" could not be tried: ${stderr}`);
  return JSON.parse(stdout) as StoryReport;
}

/** Tests that fail with the mend in place show nothing. */
async function tryTests({ name }: Mutation, file: string): Promise<Trial> {
  if ((await failuresOf(undefined, file)) > 0) throw new Error(`${file} fails anyway.`);
  return { kind: (await failuresOf(name, file)) > 0 ? "found-by-test" : "survives" };
}

async function failuresOf(mutation: string | undefined, file: string): Promise<number> {
  const args = [MOCHA, "--no-config", "--extension", "ts", "--reporter", "json", file];
  const { stdout, stderr } = await run(mutation, args);
  const start = stdout.indexOf("{");
  if (start < 0) throw new Error(`${file} could not be run: ${stderr}`);
  return (JSON.parse(stdout.slice(start)) as { stats: { failures: number } }).stats.failures;
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program, from which the mend is missing that the mutation names. */
function run(mutation: string | undefined, args: readonly string[]): Promise<Ended> {
  const hook = mutation === undefined ? [] : ["--import", HOOK];
  const env = { ...process.env, MODEL_MUTATION: mutation };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...hook, ...args],
      { env, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => resolve({ code: error ? 1 : 0, stdout, stderr }),
    );
  });
}
