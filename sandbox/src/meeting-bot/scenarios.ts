import { type Attempt, type Ending, ordinaryPlan, type Plan, type Refusal } from "./plan.ts";
import type { Cut } from "./webm/play.ts";

/** A named deviation from the plan of an ordinary meeting. */
export interface Scenario {
  /** One line for the people who choose scenarios. */
  description: string;
  plan: Partial<Plan>;
}

const scenarioTable = {
  ok: { description: "an ordinary meeting, recorded to its end (the default)", plan: {} },
  denied: { description: "somebody in the meeting refuses the bot", plan: refused("denied") },
  "lobby-timeout": {
    description: "nobody lets the bot in",
    plan: refused("lobby-timeout"),
  },
  "sign-in": { description: "the meeting wants a signed-in account", plan: refused("sign-in") },
  busy: { description: "the join is answered 409", plan: { busy: true } },
  crash: {
    description: "the process exits after `at` seconds of recording (code 0, or `exit=N`)",
    plan: { attempts: [stopAt("crash")] },
  },
  hang: {
    description: "the file stops growing after `at` seconds, the bot stays busy for ever",
    plan: { attempts: [stopAt("hang")] },
  },
  "no-file": {
    description: "the meeting ends normally, but there is no file",
    plan: { file: "none" },
  },
  truncated: {
    description: "the recording is cut in the middle of a block after `at` seconds",
    plan: { attempts: [stopAt("finished", "mid-block")] },
  },
  appended: {
    description: "an error after `at` seconds; the bot's retry appends a second stream to the file",
    plan: { attempts: [stopAt("error"), ...ordinaryPlan.attempts] },
  },
  replaced: {
    description: "as `appended`, but the retry writes a new file under the same name",
    plan: { attempts: [stopAt("error"), ...ordinaryPlan.attempts], retry: "replaces" },
  },
  restarted: {
    description: "as `appended`, but the retry empties the file and begins it anew",
    plan: { attempts: [stopAt("error"), ...ordinaryPlan.attempts], retry: "restarts" },
  },
  patched: {
    description: "at the end the duration is written into the head, which shifts all that follows",
    plan: { patchesDuration: true },
  },
  renamed: {
    description: "the file begins as recording-<botId> and is renamed after `at` seconds",
    plan: { file: "renamed" },
  },
  "teams-upstream": {
    description: "the file grows as recording-<botId>, the documented path is filled at the end",
    plan: { file: "teams-upstream" },
  },
  vp9: { description: "VP9 + Opus in WebM (the default recording)", plan: { fixture: "vp9" } },
  vp8: { description: "VP8 + Opus in WebM", plan: { fixture: "vp8" } },
  h264: { description: "H.264 + Opus in WebM", plan: { fixture: "h264" } },
  retries: {
    description: "the bot fails for an unknown reason, three times",
    plan: { attempts: Array(3).fill({ outcome: "refused", refusal: "error" }) },
  },
  uploaded: {
    description: "the bot's own upload works: it reports `finished`",
    plan: { uploads: true },
  },
  unhealthy: {
    description: "/health is never answered (before a join: SIM_SCENARIO)",
    plan: { healthyAfterSeconds: Number.POSITIVE_INFINITY },
  },
  silent: { description: "no callback is ever sent", plan: { callbacks: false } },
  "slow-start": {
    description: "/health is answered only after 5 s (before a join: SIM_SCENARIO)",
    plan: { healthyAfterSeconds: 5 },
  },
  "backup-wav": {
    description: "a backup_<uuid>.wav grows beside the recording",
    plan: { backupWav: true },
  },
} satisfies Record<string, Scenario>;

/** The name of a scenario in the table. */
export type ScenarioName = keyof typeof scenarioTable;

/** Every scenario by the name that a meeting's URL uses: `?sandbox=denied` or `?sandbox=h264,hang`. */
export const scenarios: Record<ScenarioName, Scenario> = scenarioTable;

/** The names of all scenarios, in the table's order. */
export const scenarioNames = Object.keys(scenarios).filter(isScenarioName);

/** The scenarios that a comma-separated list names, or the reason why it cannot be followed. */
export function readScenarioNames(
  list: string,
): { ok: true; names: ScenarioName[] } | { ok: false; reason: string } {
  const asked = list.split(",").filter((name) => name !== "");
  const unknown = asked.filter((name) => !isScenarioName(name));
  if (unknown.length === 0) return { ok: true, names: asked.filter(isScenarioName) };
  const known = scenarioNames.join(", ");
  return {
    ok: false,
    reason: `Unknown sandbox scenario ${unknown.join(", ")}; known are ${known}`,
  };
}

/** The ordinary plan with the scenarios laid over it; the later one wins where two disagree. */
export function composePlan(names: readonly ScenarioName[]): Plan {
  return Object.assign({}, ordinaryPlan, ...names.map((name) => scenarios[name].plan));
}

function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(scenarioTable, name);
}

function refused(refusal: Refusal): Partial<Plan> {
  return { attempts: [{ outcome: "refused", refusal }] };
}

function stopAt(ending: Ending, cut: Cut = "between-blocks"): Attempt {
  return { outcome: "recorded", stopsAfter: "at", cut, ending };
}
