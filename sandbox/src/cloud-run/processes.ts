import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 5;

/**
 * Kills, and sees gone, every process that a container left: its process group, and on Linux also those that
 * moved to a group of their own, which are known by the environment entry `marker` (`NAME=value`).
 */
export async function killContainer(groupId: number, marker: string): Promise<void> {
  signal(-groupId, "SIGKILL");
  for (
    let left = await processesWith(marker);
    left.length > 0;
    left = await processesWith(marker)
  ) {
    for (const pid of left) signal(pid, "SIGKILL");
    await sleep(POLL_MS);
  }
}

/** Signals a process, or a group by its negative id; nothing happens when it is gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function processesWith(marker: string): Promise<number[]> {
  // Without /proc (macOS) the process group has to do.
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
  const marked = await Promise.all(pids.map((pid) => carries(pid, marker)));
  return pids.filter((_, index) => marked[index]);
}

async function carries(pid: number, marker: string): Promise<boolean> {
  // Unreadable: ended meanwhile, or somebody else's. A zombie's environment reads empty.
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return environment.split("\0").includes(marker);
}
