import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  Execution,
  Launcher,
  LaunchRequest,
  RunningExecution,
  Verdict,
} from "@meeting-bot/core";
import { queued } from "../../../../core/test/support/instances.ts";
import { eventually } from "../../../../test/eventually.ts";
import type { LauncherWorld } from "./world.ts";

/** What a test asks of a launch; everything has a default. */
export interface LaunchOptions {
  instanceId?: string;
  scope?: string;
  /** What the manager does before it waits. */
  script?: string;
  /** More of the manager's environment. */
  environment?: Record<string, string>;
  timeoutSeconds?: number;
}

/** A launch that was accepted. */
export interface Launched {
  execution: Execution;
  request: LaunchRequest;
}

/** The script that writes down a container's environment: whole, or not at all. */
export const NOTE = 'printenv > "$NOTES.part" && mv "$NOTES.part" "$NOTES"';

/** Where a bot is probed every five seconds, the manager waits for that. */
const PATIENCE_MS = 40_000;

/** A world, with a folder where its containers leave what they were given. */
export class LauncherBench {
  readonly world: LauncherWorld;
  readonly #folder: string;

  constructor(world: LauncherWorld, folder: string) {
    this.world = world;
    this.#folder = folder;
  }

  static async open(start: () => Promise<LauncherWorld>): Promise<LauncherBench> {
    return new LauncherBench(await start(), await mkdtemp(join(tmpdir(), "launcher-")));
  }

  async close(): Promise<void> {
    await this.world.stop();
    await rm(this.#folder, { recursive: true });
  }

  /** A launch of a fresh instance, token and scope, unless a test says otherwise. */
  requestOf(options: LaunchOptions = {}): LaunchRequest {
    const { instanceId = randomUUID(), scope = newScope(), script = NOTE } = options;
    const token = randomUUID();
    return {
      instance: queued({ id: instanceId }),
      token,
      environment: {
        BOT_INSTANCE_PATH: `bot_instances/${instanceId}`,
        BOT_SCOPE: scope,
        CLAIM_TOKEN: token,
        NOTES: this.#notesOf("manager", token),
        SCRIPT: script,
        ...options.environment,
      },
      botEnvironment: {
        MAX_RECORDING_DURATION_MINUTES: "7",
        NOTES: this.#notesOf("bot", token),
        SCRIPT: NOTE,
      },
      timeoutSeconds: options.timeoutSeconds ?? 45,
    };
  }

  /** Launches, which must succeed. */
  async launched(options?: LaunchOptions): Promise<Launched> {
    const request = this.requestOf(options);
    const outcome = await this.world.launcher.launch(request);
    if (outcome.kind === "launched") return { execution: outcome.execution, request };
    throw new Error(`not launched but ${JSON.stringify(outcome)}`);
  }

  /** Launches, and waits until the manager runs. */
  async running(options?: LaunchOptions): Promise<Launched> {
    const launched = await this.launched(options);
    await this.environmentOf("manager", launched.request);
    return launched;
  }

  /** The environment that a container has found, once it has noted it. */
  environmentOf(
    container: "manager" | "bot",
    { token }: LaunchRequest,
  ): Promise<Record<string, string>> {
    return eventually(async () => {
      const notes = await readFile(this.#notesOf(container, token), "utf8").catch(ifMissing);
      return notes === undefined ? undefined : readVariables(notes);
    }, PATIENCE_MS);
  }

  /** An execution of which the platform knows nothing any more. */
  async vanished(options?: LaunchOptions): Promise<Execution> {
    const { execution } = await this.launched(options);
    await this.world.vanish(execution);
    return execution;
  }

  /** What the world's launcher says of an execution once it does not call it running any more. */
  ended(execution: Execution): Promise<Verdict> {
    return ended(this.world.launcher, execution);
  }

  #notesOf(container: string, token: string): string {
    return join(this.#folder, `${token}.${container}`);
  }
}

/** A project and database that no other launch is for. */
export function newScope(): string {
  return `demo-${randomUUID()}/(default)`;
}

/** What a launcher says of an execution once it does not call it running any more. */
export function ended(launcher: Launcher, execution: Execution): Promise<Verdict> {
  return eventually(async () => {
    const verdict = await launcher.inspect(execution);
    return verdict.state === "running" ? undefined : verdict;
  }, PATIENCE_MS);
}

/** Everything that a launcher lists for a scope. */
export async function listed(launcher: Launcher, scope: string): Promise<RunningExecution[]> {
  const running: RunningExecution[] = [];
  for await (const execution of launcher.list(scope)) running.push(execution);
  return running;
}

/** What `printenv` printed; a value of several lines is cut. */
function readVariables(printed: string): Record<string, string> {
  const lines = [...printed.matchAll(/^(\w+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name, value]));
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
