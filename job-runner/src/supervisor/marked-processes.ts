import { readdir, readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

/** Between two rounds: a process may hang in the kernel, and goes only when that lets go of it. */
const ROUND_MS = 50;

/**
 * Kills every process that carries an entry, `NAME=value`, in the environment that it was started with,
 * and resolves when none is left. They are found in /proc: elsewhere than on Linux nothing is.
 */
export async function killMarked(entry: string): Promise<void> {
  for (let pids = await marked(entry); pids.length > 0; pids = await marked(entry)) {
    for (const pid of pids) kill(pid);
    await setTimeout(ROUND_MS);
  }
}

async function marked(entry: string): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const carry = await Promise.all(pids.map((pid) => carries(pid, entry)));
  return pids.filter((_, index) => carry[index]);
}

async function carries(pid: number, entry: string): Promise<boolean> {
  // Unreadable: ended meanwhile, or somebody else's. A zombie's reads empty.
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return environment.split("\0").includes(entry);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
