import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, open } from "node:fs/promises";
import { constants } from "node:os";
import { killContainer, signal } from "./processes.ts";

/** What a container needs to run as a local process. `env` is its whole environment, `HOME` its alone. */
export type ContainerProcess = {
  command: string[];
  env: Record<string, string> & { HOME: string };
  /** Receives stdout and stderr, appended. */
  logFile: string;
};

/** A container whose process has been started. */
export type RunningContainer = {
  pid: number | undefined;
  /** The exit code (128 + the signal's number when a signal ended it), once no process of it is left. */
  exited: Promise<number>;
  /** SIGTERM to its first process, as a container runtime does; what is left after `graceMs` is killed. */
  terminate(graceMs: number): void;
};

/** The shell's code for "command not found", also used for every other failure to start. */
const CANNOT_START = 127;

/** Starts a container's command in a process group of its own, in its home folder. */
export async function startContainer(container: ContainerProcess): Promise<RunningContainer> {
  const { env, logFile } = container;
  const [file = "", ...args] = container.command;
  const log = await open(logFile, "a");
  const stdio = ["ignore", log.fd, log.fd] as const;
  const child = spawn(file, args, { cwd: env.HOME, env, stdio: [...stdio], detached: true });
  const { pid } = child;
  const marker = `HOME=${env.HOME}`;
  const exited = exitCode(child, logFile).then(async (code) => {
    // In a container everything ends with its first process.
    if (pid !== undefined) await killContainer(pid, marker);
    return code;
  });
  await log.close();
  const terminate = (graceMs: number) => {
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    signal(pid, "SIGTERM");
    const timer = setTimeout(() => killContainer(pid, marker), graceMs);
    exited.finally(() => clearTimeout(timer));
  };
  return { pid, exited, terminate };
}

async function exitCode(child: ChildProcess, logFile: string): Promise<number> {
  try {
    const [code, signalName] = (await once(child, "exit")) as [number | null, NodeJS.Signals];
    return code ?? 128 + constants.signals[signalName];
  } catch (error) {
    await appendFile(logFile, `cannot start ${child.spawnfile}: ${error}\n`);
    return CANNOT_START;
  }
}
