import { readFile } from "node:fs/promises";

/** Those of the processes whose command line matches; its words are separated by NUL. */
export async function findRunning(command: RegExp, pids: readonly number[]): Promise<number[]> {
  const commands = await Promise.all(
    // Unreadable: ended meanwhile.
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return pids.filter((_, index) => command.test(commands[index] ?? ""));
}

/** Signals processes, one after another; those that have ended are passed over. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
