import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Execution, type LaunchRequest, MINUTE, type Verdict } from "@meeting-bot/core";
import { queued } from "../../../../core/test/support/instances.ts";
import { eventually, until } from "../../../../test/eventually.ts";
import { LocalLauncher } from "../../../src/launchers/local/launcher.ts";
import { LOCAL_PORTS } from "../../../src/launchers/local/ports.ts";
import type { LocalRules } from "../../../src/launchers/local/start-execution.ts";

/** Does what `$SCRIPT` says, and then waits to be ended. */
const SCRIPTED = ["sh", "-c", 'eval "$SCRIPT"; exec sleep 60'];
const MAIN = fileURLToPath(new URL("../../../src/launchers/local/run-main.ts", import.meta.url));

/** What is launched here when a test asks for nothing else. */
export const RULES: LocalRules = {
  managerCommand: SCRIPTED,
  botCommand: SCRIPTED,
  handedOn: [],
  supervisor: MAIN,
  timeoutMs: 20_000,
  ports: LOCAL_PORTS,
  killGraceMs: 500,
};

/** An execution that is not there. */
export const GONE: Execution = { launcher: "local", name: "meeting-bot-gone" };

/** Starts a process that leaves its program's group, and one that is left in it. */
export const STRAYS = "setsid sleep 60 & sleep 60 & ";

/** What tests ask of a launch. */
export interface Asked {
  /** What the manager does first. */
  script?: string;
  /** What the bot does first. */
  botScript?: string;
  scope?: string;
  token?: string;
  timeoutSeconds?: number;
}

/** A launch of an instance called `instance`. */
export function requestOf(asked: Asked = {}): LaunchRequest {
  const { script = "", botScript = "", scope = "demo/(default)", timeoutSeconds = 45 } = asked;
  const token = asked.token ?? randomUUID();
  return {
    instance: queued(),
    token,
    environment: { BOT_SCOPE: scope, CLAIM_TOKEN: token, SCRIPT: script },
    botEnvironment: { MAX_RECORDING_DURATION_MINUTES: "7", SCRIPT: botScript },
    timeoutSeconds,
  };
}

/** A folder for executions, and everything that was started in it. */
export class LocalWorld {
  readonly root: string;
  readonly runsDir: string;
  readonly launcher: LocalLauncher;

  constructor(root: string) {
    this.root = root;
    this.runsDir = join(root, "runs");
    this.launcher = this.with({});
  }

  static async open(): Promise<LocalWorld> {
    const world = new LocalWorld(await mkdtemp(join(tmpdir(), "local-")));
    await mkdir(world.runsDir);
    return world;
  }

  /** Ends every execution, also those that tests have launched by other means. */
  async close(): Promise<void> {
    for (const name of await this.names()) {
      const execution = { launcher: "local", name };
      await until(() =>
        this.launcher.cancel(execution).then(
          () => true,
          () => false,
        ),
      );
      await this.ended(execution);
    }
    await rm(this.root, { recursive: true });
  }

  /** A launcher with other rules. */
  with(rules: Partial<LocalRules>): LocalLauncher {
    return new LocalLauncher(this.runsDir, { ...RULES, ...rules });
  }

  /** Launches, which must succeed. */
  async launched(asked?: Asked, launcher = this.launcher): Promise<Execution> {
    const outcome = await launcher.launch(requestOf(asked));
    if (outcome.kind === "launched") return outcome.execution;
    throw new Error(`not launched but ${JSON.stringify(outcome)}`);
  }

  /** Launches, and waits until both programs have done what they do first. */
  async running({ script, botScript, ...asked }: Asked = {}): Promise<Execution> {
    const started = (first = "") => `${first} echo started`;
    const scripts = { script: started(script), botScript: started(botScript) };
    const execution = await this.launched({ ...asked, ...scripts });
    await this.logged(execution, "manager", /(started)/);
    await this.logged(execution, "bot", /(started)/);
    return execution;
  }

  /** An execution whose launcher ended as soon as it had made the folder, just now. */
  async unfinished(): Promise<Execution> {
    await mkdir(this.file(GONE));
    return GONE;
  }

  /** Lets an unfinished execution be one that nobody goes on with. */
  async abandon(execution: Execution): Promise<void> {
    const past = (Date.now() - 2 * MINUTE) / 1000;
    await utimes(this.file(execution), past, past);
  }

  /** A launcher whose folder cannot be read. */
  async lost(): Promise<LocalLauncher> {
    const file = join(this.root, "file");
    await writeFile(file, "");
    return new LocalLauncher(join(file, "runs"), RULES);
  }

  /** The names of all executions. */
  names(): Promise<string[]> {
    return readdir(this.runsDir);
  }

  /** A file in an execution's folder. */
  file({ name }: Execution, file = ""): string {
    return join(this.runsDir, name, file);
  }

  /** The supervisor's process id. */
  async supervisorOf(execution: Execution): Promise<number> {
    const record = JSON.parse(await readFile(this.file(execution, "execution.json"), "utf8"));
    return record.supervisor.pid;
  }

  /** What is written down of an execution's end. */
  async endingOf(execution: Execution) {
    return JSON.parse(await readFile(this.file(execution, "ended.json"), "utf8"));
  }

  /** What a log shows by the time that it fits the pattern: its first group. */
  logged(execution: Execution, program: "bot" | "manager", pattern: RegExp): Promise<string> {
    return eventually(async () => {
      const log = await readFile(this.file(execution, `${program}.log`), "utf8");
      return pattern.exec(log)?.[1];
    });
  }

  /** What is said of an execution once it is not called running any more. */
  ended(execution: Execution): Promise<Verdict> {
    return eventually(async () => {
      const verdict = await this.launcher.inspect(execution);
      return verdict.state === "running" ? undefined : verdict;
    }, 20_000);
  }
}

/** The processes of an execution, its supervisor aside, by what is in their environments. */
export async function processesOf({ name }: Execution): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const environments = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")),
  );
  return pids.filter((_, index) => environments[index]?.includes(`${name}/`)).map(Number);
}
