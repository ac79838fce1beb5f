import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import type { Exit } from "./ending.ts";
import { killMarked, signal } from "./processes.ts";

/** What starting a program needs. */
export interface ProgramOptions {
  command: readonly string[];
  /** Its whole environment. */
  environment: Readonly<Record<string, string>>;
  /** The entry of its environment that tells what it starts. */
  marker: string;
  folder: string;
  /** Receives what it prints, appended. */
  logFile: string;
}

/** A program that has been started. */
export interface Program {
  /** How its first process has ended, once no process of it is left. */
  exited: Promise<Exit>;
  /** SIGTERM to its first process, as a container gets it; SIGKILL to all that is left after `graceMs`. */
  end(graceMs: number): Promise<Exit>;
}

/** Starts a program in a process group of its own. Throws what the system says when it cannot. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { environment, marker, folder, logFile } = options;
  const [file = "", ...args] = options.command;
  await using log = await open(logFile, "a", 0o600);
  const child = spawn(file, args, {
    cwd: folder,
    env: environment,
    stdio: ["ignore", log.fd, log.fd],
    detached: true,
  });
  await once(child, "spawn");
  const exited = once(child, "exit").then(async ([code, name]): Promise<Exit> => {
    // As in a container everything ends with its first process. Elsewhere than on Linux the group is all.
    if (child.pid !== undefined) signal(-child.pid, "SIGKILL");
    await killMarked([marker]);
    return { code, signal: name };
  });
  const end = (graceMs: number) => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    return exited.finally(() => clearTimeout(timer));
  };
  return { exited, end };
}
