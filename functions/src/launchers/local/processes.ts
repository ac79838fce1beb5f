import { readdir, readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { codeOf } from "./system-error.ts";

/** A process that is not taken for a later one of the same number. */
export interface ProcessIdentity {
  pid: number;
  /** When it was started, in the kernel's ticks since the machine's start; absent without /proc. */
  startTicks?: string;
}

/** Between two rounds of killing: a process may hang in the kernel, and goes only when that lets go of it. */
const ROUND_MS = 50;

/** The identity of a process that runs now. */
export async function identify(pid: number): Promise<ProcessIdentity> {
  const startTicks = (await statOf(pid))?.startTicks;
  return { pid, ...(startTicks && { startTicks }) };
}

/** Whether a process still runs; one that has ended and was not yet reaped does not. */
export async function isAlive({ pid, startTicks }: ProcessIdentity): Promise<boolean> {
  if (startTicks === undefined) return signal(pid, 0);
  const stat = await statOf(pid);
  return stat?.startTicks === startTicks && !["Z", "X"].includes(stat.state);
}

/** `/proc/<pid>/stat`, by proc(5): the fields from the third on follow a name that may hold anything. */
async function statOf(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTicks: fields[19] ?? "" };
}

/**
 * Signals a process, or a group by its negative id; 0 only asks. Tells whether there is one: what
 * may not be signalled is somebody else's, or on macOS a group of processes that have ended.
 */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (["ESRCH", "EPERM"].includes(codeOf(error))) return false;
    throw error;
  }
}

/**
 * Kills every process that carries one of these entries, `NAME=value`, in the environment that it was
 * started with, and resolves when none is left. They are found in /proc: elsewhere nothing is.
 */
export async function killMarked(entries: readonly string[]): Promise<void> {
  for (let pids = await marked(entries); pids.length > 0; pids = await marked(entries)) {
    for (const pid of pids) signal(pid, "SIGKILL");
    await setTimeout(ROUND_MS);
  }
}

async function marked(entries: readonly string[]): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const carry = await Promise.all(pids.map((pid) => carries(pid, entries)));
  return pids.filter((_, index) => carry[index]);
}

async function carries(pid: number, entries: readonly string[]): Promise<boolean> {
  // Unreadable: ended meanwhile, or somebody else's. A zombie's reads empty.
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  const variables = environment.split("\0");
  return entries.some((entry) => variables.includes(entry));
}
