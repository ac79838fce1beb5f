import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { constants } from "node:os";
import { aborted } from "../aborted.ts";
import { EXIT } from "../exit-codes.ts";
import { killMarked } from "./marked-processes.ts";

/** How a process has ended: by itself, by a signal, or, with neither, because it could not be started. */
export interface Death {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** What supervising needs. */
export interface SuperviseOptions {
  /** The manager's script. */
  manager: string;
  /** What the manager is told, besides RUNNER_ID and MANAGER_RESTARTS. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Called before each new start, with what ended the manager and how many starts follow the first. */
  onRestart(reason: string, restarts: number): void;
}

/** A defect that kills every manager must not go round for ever. */
export const MAX_RESTARTS = 5;

/**
 * V8's flags for the manager. The young generation is collected more often when it is small, and with it
 * the buffers that pass through: 161 MiB at most for a recording of more than 100 MiB, instead of 202.
 * What gets old all the same is for `bufferCollector`.
 */
export const MANAGER_FLAGS = ["--max-semi-space-size=1", "--expose-gc"];

/**
 * glibc gives every thread an arena of its own, up to eight a processor, and what passes through one is
 * kept there (mallopt(3), M_ARENA_MAX): two cost ten to fifteen MiB less. Another libc does not look.
 */
export const MANAGER_VARIABLES = { MALLOC_ARENA_MAX: "2" };

/** The codes by which a manager says that it knows how it ended; not that of a defect. */
const KNOWN: readonly (number | null)[] = Object.values(EXIT).filter(
  (code) => code !== EXIT.crashed,
);

/**
 * The exit code to end with after a manager's death; undefined when it is to be started again, also at
 * the platform's end unless it was told of that: somebody has to store the last part and give the lease
 * back. A signal's is 128 + its number, as in shells.
 */
export function exitCodeAfter(
  { code, signal }: Death,
  restarts: number,
  wasTold: boolean,
): number | undefined {
  if (!wasTold && !KNOWN.includes(code) && restarts < MAX_RESTARTS) return undefined;
  return code ?? (signal ? 128 + constants.signals[signal] : EXIT.crashed);
}

/**
 * Runs the manager until it ends in a way that it knows, is told to end by the platform, or has died
 * too often; resolves with the exit code. The bot beside it goes on meanwhile, and so does the lease:
 * every start has the same RUNNER_ID and is told by MANAGER_RESTARTS how many there were before.
 */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const runnerId = randomUUID();
  const terminated = new AbortController();
  const end = () => terminated.abort();
  process.on("SIGTERM", end).on("SIGINT", end);
  for (let restarts = 0; ; restarts += 1) {
    const manager = start(options, runnerId, restarts);
    const wasTold = tellWhenReady(manager, terminated.signal);
    const death = await deathOf(manager);
    // An ffmpeg that outlives its manager would write into the files of the next one's.
    await killMarked(`RUNNER_ID=${runnerId}`);
    const code = exitCodeAfter(death, restarts, wasTold());
    if (code !== undefined) return code;
    options.onRestart(describe(death), restarts + 1);
  }
}

/** The channel tells the manager when its supervisor has gone: see `endWithSupervisor`. */
function start(
  { manager, environment }: SuperviseOptions,
  runnerId: string,
  restarts: number,
): ChildProcess {
  return fork(manager, {
    execArgv: MANAGER_FLAGS,
    env: {
      ...MANAGER_VARIABLES,
      ...environment,
      RUNNER_ID: runnerId,
      MANAGER_RESTARTS: String(restarts),
    },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/**
 * Hands the platform's signal on to a manager, however early it came, once the manager says that it hears
 * it: until its modules are loaded it would die of it. Returns whether that has been done.
 */
function tellWhenReady(manager: ChildProcess, terminated: AbortSignal): () => boolean {
  let wasTold = false;
  manager.once("message", async () => {
    await aborted(terminated);
    wasTold = manager.kill("SIGTERM");
  });
  return () => wasTold;
}

function describe({ code, signal }: Death): string {
  return signal ?? (code === null ? "it could not be started" : `exit code ${code}`);
}

async function deathOf(child: ChildProcess): Promise<Death> {
  try {
    const [code, signal] = await once(child, "exit");
    return { code, signal };
  } catch {
    // The machine had no process left for it.
    return { code: null, signal: null };
  }
}
