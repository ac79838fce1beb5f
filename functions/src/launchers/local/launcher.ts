import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Execution,
  type Launcher,
  type LaunchOutcome,
  type LaunchRequest,
  type RunningExecution,
  SECOND,
  type SettingValues,
  type Verdict,
} from "@meeting-bot/core";
import type { Config } from "../../config.ts";
import { explainEnding } from "./ending.ts";
import { type Observation, observe } from "./observe.ts";
import { LOCAL_PORTS } from "./ports.ts";
import { signal } from "./processes.ts";
import { explainNoFolder } from "./refusal.ts";
import { removeOld } from "./remove-old.ts";
import type { localSettings } from "./settings.ts";
import { type LocalRules, startExecution } from "./start-execution.ts";
import { codeOf, messageOf } from "./system-error.ts";

/** As on Cloud Run. */
const KILL_GRACE_MS = 10 * SECOND;

/** Built, this file is in a chunk beside the functions' bundle; Node runs its source as well. */
const SUPERVISOR = import.meta.url.endsWith(".ts") ? "run-main.ts" : "launchers/local/run-main.js";

/** What comes before the claim's token in the name of an execution, and of its folder. */
const PREFIX = "meeting-bot-";
/** Documents hold names too: none of them leads out of the folder of the executions. */
const NAME = new RegExp(`^${PREFIX}[\\w-]+$`);

/** Makes a launcher for this machine. */
export function connectLocal(
  { runsDir, ...platform }: SettingValues<typeof localSettings>,
  { launchTimeoutSeconds }: Pick<Config, "launchTimeoutSeconds">,
): LocalLauncher {
  return new LocalLauncher(runsDir, {
    ...platform,
    supervisor: platform.supervisor || fileURLToPath(new URL(SUPERVISOR, import.meta.url)),
    timeoutMs: launchTimeoutSeconds * SECOND,
    ports: LOCAL_PORTS,
    killGraceMs: KILL_GRACE_MS,
  });
}

/** Runs bots as processes of this machine, each execution under a supervisor that outlives this process. */
export class LocalLauncher implements Launcher {
  readonly #runsDir: string;
  readonly #rules: LocalRules;

  /** `runsDir` is the folder of the executions' folders. */
  constructor(runsDir: string, rules: LocalRules) {
    this.#runsDir = runsDir;
    this.#rules = rules;
  }

  async launch(request: LaunchRequest): Promise<LaunchOutcome> {
    const execution = describe(PREFIX + request.token);
    const folder = this.#folderOf(execution.name);
    try {
      if (!(await this.#make(folder))) return { kind: "launched", execution };
    } catch (error) {
      return { kind: "refused", failure: explainNoFolder(this.#runsDir, error) };
    }
    const outcome = await startExecution(folder, request, this.#rules);
    return outcome.kind === "launched" ? { ...outcome, execution } : outcome;
  }

  async inspect({ name }: Execution): Promise<Verdict> {
    if (!NAME.test(name)) return { state: "not-found" };
    try {
      return verdictOf(await observe(this.#folderOf(name)));
    } catch (error) {
      return { state: "unreachable", reason: messageOf(error) };
    }
  }

  async cancel({ name }: Execution): Promise<void> {
    if (!NAME.test(name)) return;
    const seen = await observe(this.#folderOf(name));
    if (seen.state === "starting") throw new Error(`${name} is still being started.`);
    if (seen.state === "running") signal(seen.record.supervisor.pid, "SIGTERM");
  }

  async *list(scope: string): AsyncGenerator<RunningExecution> {
    for (const name of await namesIn(this.#runsDir)) {
      const seen = await observe(this.#folderOf(name));
      if (seen.state !== "running" || seen.record.scope !== scope) continue;
      const { instanceId, token, startedAt } = seen.record;
      yield { execution: describe(name), instanceId, token, startedAt };
    }
  }

  /** Makes the folder of an execution; false when it is there: then this claim was launched before. */
  async #make(folder: string): Promise<boolean> {
    const mode = 0o700;
    await mkdir(this.#runsDir, { recursive: true, mode });
    await removeOld(this.#runsDir, Date.now());
    try {
      await mkdir(folder, { mode });
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  #folderOf(name: string): string {
    return join(this.#runsDir, name);
  }
}

function describe(name: string): Execution {
  return { launcher: "local", name };
}

function verdictOf(seen: Observation): Verdict {
  switch (seen.state) {
    case "ended":
      return explainEnding(seen.ending);
    case "starting":
    case "running":
      return { state: "running" };
    case "not-found":
      return { state: "not-found" };
  }
}

/** The names of all executions; none where nothing was launched. */
async function namesIn(runsDir: string): Promise<string[]> {
  try {
    return (await readdir(runsDir)).filter((name) => NAME.test(name));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}
