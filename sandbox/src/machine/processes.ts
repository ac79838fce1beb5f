import { killMarked } from "../../../job-runner/src/supervisor/marked-processes.ts";

/**
 * Kills, and sees gone, every process that a container left: its process group, and on Linux also those that
 * moved to a group of their own, which are known by the environment entry `marker` (`NAME=value`).
 */
export async function killContainer(groupId: number, marker: string): Promise<void> {
  signal(-groupId, "SIGKILL");
  await killMarked(marker);
}

/** Signals a process, or a group by its negative id; nothing happens when it is gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
