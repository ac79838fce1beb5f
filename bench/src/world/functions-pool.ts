import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { functionsEnvironment, type StandIns } from "./functions-environment.ts";

/** One event on its way to a function. */
export interface Delivery {
  id: number;
  kind: "meeting" | "sweep" | "sweep-webhooks" | "webhook-created" | "webhook-task";
  event: object;
}

const PROGRAM = fileURLToPath(new URL("function-process.ts", import.meta.url));
/** The platform delivers again whatever was not answered; so often at most. */
const MAX_DELIVERIES = 20;

/** Starts so many processes of the built functions, configured like that. `parts` ends them. */
export async function startFunctions(
  parts: AsyncDisposableStack,
  standIns: StandIns,
  settings: Readonly<Record<string, string>>,
  processes: number,
): Promise<FunctionsPool> {
  const pool = new FunctionsPool(functionsEnvironment(standIns, settings));
  parts.defer(() => pool.stop());
  await pool.start(processes);
  return pool;
}

/** Several function processes that events are delivered to, at least once, and that can be killed. */
export class FunctionsPool {
  readonly #env: NodeJS.ProcessEnv;
  readonly #processes: FunctionProcess[] = [];
  #next = 0;
  deliveries = 0;
  kills = 0;
  /** Kills that hit a process with work under way. */
  killsAtWork = 0;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  async start(count: number): Promise<void> {
    const started = Array.from({ length: count }, () => FunctionProcess.start(this.#env));
    this.#processes.push(...(await Promise.all(started)));
  }

  /** Delivers an event until a process has worked through it. */
  async deliver(kind: Delivery["kind"], event: object): Promise<void> {
    for (let delivery = 0; delivery < MAX_DELIVERIES; delivery += 1) {
      if (await this.offer(kind, event)) return;
    }
    throw new Error(`An event was not worked through in ${MAX_DELIVERIES} deliveries.`);
  }

  /** Delivers an event once; whether a process has worked through it. */
  async offer(kind: Delivery["kind"], event: object): Promise<boolean> {
    this.deliveries += 1;
    this.#next += 1;
    const target = this.#processes[this.#next % this.#processes.length];
    return target !== undefined && (await target.deliver(kind, event));
  }

  /** Kills the process that has most to do, and puts a new one in its place. */
  async killOne(): Promise<void> {
    const [victim] = [...this.#processes].sort((a, b) => b.load - a.load);
    if (!victim) return;
    this.kills += 1;
    if (victim.load > 0) this.killsAtWork += 1;
    const replacement = FunctionProcess.start(this.#env);
    await victim.kill();
    this.#processes[this.#processes.indexOf(victim)] = await replacement;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.kill()));
  }
}

class FunctionProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (done: boolean) => void>();
  #lastId = 0;

  static async start(env: NodeJS.ProcessEnv): Promise<FunctionProcess> {
    const child = fork(PROGRAM, { env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await once(child, "message");
    return new FunctionProcess(child);
  }

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", ({ id, error }: { id: number; error?: string }) => {
      this.#waiting.get(id)?.(error === undefined);
      this.#waiting.delete(id);
    });
    child.once("exit", () => {
      for (const settle of this.#waiting.values()) settle(false);
      this.#waiting.clear();
    });
  }

  /** How many deliveries are under way. */
  get load(): number {
    return this.#waiting.size;
  }

  /** Whether the process has worked through the event; false when it failed or died over it. */
  deliver(kind: Delivery["kind"], event: object): Promise<boolean> {
    if (!this.#child.connected) return Promise.resolve(false);
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.set(id, resolve);
    this.#child.send({ id, kind, event } satisfies Delivery, (error) => error && resolve(false));
    return promise;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }
}
