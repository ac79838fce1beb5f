import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Environment } from "../../../src/meeting-bot/config.ts";
import { type CallbackReceiver, startCallbackReceiver } from "./callback-receiver.ts";

/** One line of the simulator's log. */
export type LogLine = Record<string, unknown> & { message: string };

/** A join request that is complete. */
export const joinBody = {
  url: "https://meet.google.com/abc-defg-hij",
  name: "Notetaker",
  bearerToken: "a-bearer-token",
  teamId: "team-1",
  timezone: "UTC",
  userId: "user-1",
  botId: "bot-1",
};

/** What its recording is called, in the user's folder: base64url("user-1" + "bot-1" + "0"), without padding. */
export const FILE_NAME = "dXNlci0xYm90LTEw.webm";

const entryPoint = fileURLToPath(new URL("../../../src/meeting-bot/main.ts", import.meta.url));
const running = new Set<Simulator>();

/** Starts `main.ts` on a free port, 200 times as fast as real time; `stopSimulators` ends it. */
export async function startSimulator(env: Environment = {}): Promise<Simulator> {
  const root = await mkdtemp(join(tmpdir(), "meeting-bot-simulator-"));
  const backend = await startCallbackReceiver();
  const child = spawn(process.execPath, [entryPoint], {
    env: {
      PORT: "0",
      AUTH_BASE_URL_V2: backend.baseUrl,
      TEMPVIDEO_DIR: root,
      SIM_SPEED: "200",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const simulator = new Simulator(child, root, backend);
  running.add(simulator);
  return simulator;
}

/** Has a suite's tests share a simulator, which forgets what it has done before the next. */
export function useSimulator(take: (started: Simulator) => void, env?: Environment): void {
  let shared: Simulator;
  before(async () => {
    shared = await startSimulator(env);
    take(shared);
  });
  beforeEach(() => shared.reset());
  after(stopSimulators);
}

/** Ends every simulator of the test and removes what it recorded. */
export async function stopSimulators(): Promise<void> {
  for (const simulator of running) await simulator.stop();
}

/** A simulator process with its recordings' root, its backend and its log. */
export class Simulator {
  readonly root: string;
  readonly backend: CallbackReceiver;
  readonly log: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  readonly #lines = new EventEmitter();
  #port: unknown;

  constructor(child: ChildProcess, root: string, backend: CallbackReceiver) {
    this.root = root;
    this.backend = backend;
    this.#child = child;
    this.#ended = once(child, "close");
    if (!child.stdout) throw new Error("The simulator's log is not connected");
    createInterface(child.stdout).on("line", (line) => {
      this.log.push(JSON.parse(line));
      this.#lines.emit("line");
    });
  }

  /** Where the recording of `joinBody`'s meeting lies. */
  get recordingPath(): string {
    return join(this.root, joinBody.userId, FILE_NAME);
  }

  /** Resolves with the nth line of that message, one that was logged already included. */
  async logged(message: string, nth = 1): Promise<LogLine> {
    const signal = AbortSignal.timeout(30_000);
    for (;;) {
      const line = this.log.filter((candidate) => candidate.message === message)[nth - 1];
      if (line) return line;
      await once(this.#lines, "line", { signal });
    }
  }

  async get(path: string): Promise<Response> {
    return fetch(await this.#url(path));
  }

  async post(path: string, body: object = {}): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return fetch(await this.#url(path), { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** Joins a meeting with that query on Google Meet, or where the route says. */
  async join(query: string, route = "/google/join"): Promise<Response> {
    return this.post(route, { ...joinBody, url: `${joinBody.url}?${query}` });
  }

  /** Joins a meeting and waits until the job is over. */
  async attend(query: string, route?: string): Promise<void> {
    await this.join(query, route);
    await this.logged("job ended");
  }

  /** The sizes that a file has one after another until the job is over. */
  async sizesUntilEnd(file: string): Promise<number[]> {
    const sizes = new Set<number>();
    while (!this.log.some(({ message }) => message === "job ended")) {
      if (existsSync(file)) sizes.add(statSync(file).size);
      await sleep(10);
    }
    return [...sizes];
  }

  /** What `/isbusy` says: 0 or 1. */
  async busy(): Promise<unknown> {
    const answer: unknown = await (await this.get("/isbusy")).json();
    return answer && typeof answer === "object" && "data" in answer && answer.data;
  }

  /** The bodies of the callbacks that arrived at one of the two routes. */
  callbacks(route: "status" | "log"): unknown[] {
    return this.backend.received
      .filter((callback) => callback.route === `PATCH /v2/meeting/app/bot/${route}`)
      .map((callback) => callback.body);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the exit code when the process has ended. */
  async exitCode(): Promise<unknown> {
    return (await this.#ended)[0];
  }

  /** Forgets what a listening, idle process has logged, reported and recorded so far. */
  async reset(): Promise<void> {
    await this.#url("/");
    this.log.length = 0;
    this.backend.received.length = 0;
    for (const name of await readdir(this.root)) {
      await rm(join(this.root, name), { recursive: true });
    }
  }

  /** Kills the process and removes what it recorded. */
  async stop(): Promise<void> {
    running.delete(this);
    this.#child.kill("SIGKILL");
    await this.#ended;
    this.backend.close();
    await rm(this.root, { recursive: true });
  }

  async #url(path: string): Promise<string> {
    this.#port ??= (await this.logged("listening"))["port"];
    return `http://127.0.0.1:${this.#port}${path}`;
  }
}
