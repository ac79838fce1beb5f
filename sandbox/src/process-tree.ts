import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** A process that runs now, with the process that started it (1 once that one has ended). */
export interface ProcessEntry {
  pid: number;
  parent: number;
}

/** Lists the processes of this machine, without those that have ended and were not yet reaped. */
export async function listProcesses(): Promise<ProcessEntry[]> {
  // Slim container images have /proc and no `ps`; macOS has `ps` and no /proc.
  const lines = process.platform === "linux" ? await readProc() : await runPs();
  return lines.flatMap(parseProcessLine);
}

/** Reads `pid parent state`; a zombie (state Z…) or a malformed line gives nothing. */
export function parseProcessLine(line: string): ProcessEntry[] {
  const [, pid, parent, state] = /^\s*(\d+)\s+(\d+)\s+(\S)/.exec(line) ?? [];
  return state === undefined || state === "Z" ? [] : [{ pid: Number(pid), parent: Number(parent) }];
}

/** The pids of everything that `root` started, directly or through others. */
export function descendants(root: number, processes: readonly ProcessEntry[]): number[] {
  const children = processes.filter(({ parent }) => parent === root).map(({ pid }) => pid);
  return children.flatMap((pid) => [pid, ...descendants(pid, processes)]);
}

async function readProc(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.allSettled(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8")));
  return stats.flatMap((stat) => (stat.status === "fulfilled" ? [lineOfStat(stat.value)] : []));
}

/** `/proc/<pid>/stat` is `pid (command) state parent …`; the command may hold spaces and brackets. */
function lineOfStat(stat: string): string {
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return `${Number.parseInt(stat, 10)} ${parent} ${state}`;
}

async function runPs(): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,stat="]);
  return stdout.split("\n");
}

/** Whether a process runs; one that has ended and was not reaped (state Z of `/proc/<pid>/stat`) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
