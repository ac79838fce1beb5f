import { readdir, readFile, readlink } from "node:fs/promises";
import { eventually } from "../../../../test/eventually.ts";

/** The ids of the processes that run in a folder. */
export async function processesIn(folder: string): Promise<number[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(ids.map((id) => readlink(`/proc/${id}/cwd`).catch(() => "")));
  return ids.filter((_, index) => folders[index] === folder).map(Number);
}

/** The process group of a process. */
export async function processGroup(id: number): Promise<number> {
  const stat = await readFile(`/proc/${id}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
}

/** Waits until a process runs in a folder and returns its id; throws after ten seconds. */
export function waitForProcessIn(folder: string): Promise<number> {
  return eventually(async () => (await processesIn(folder))[0]);
}
