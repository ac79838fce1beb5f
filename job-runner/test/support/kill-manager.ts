import { descendants, listProcesses } from "../../../sandbox/src/process-tree.ts";
import { until } from "../../../test/eventually.ts";
import type { Run } from "./world.ts";

/** The process of the manager beneath a supervisor. */
export async function managerPid({ manager }: Run): Promise<number> {
  const [pid] = descendants(manager.pid, await listProcesses());
  if (pid === undefined) throw new Error("The supervisor runs no manager.");
  return pid;
}

/** Kills the manager beneath a supervisor; resolves with the line at which the next one is started. */
export async function killManager(run: Run): Promise<number> {
  process.kill(await managerPid(run), "SIGKILL");
  return run.manager.lines.indexOf(await run.manager.line("is started again"));
}

/** Waits until a manager that was started at that line, or later, has found the recording. */
export async function untilRecording(run: Run, line: number): Promise<void> {
  const later = () => run.manager.lines.slice(line);
  await until(() => later().some((line) => line.includes('"phase":"recording"')));
}

/** Kills it and waits until the next one has found the recording. */
export async function replaceManager(run: Run): Promise<void> {
  await untilRecording(run, await killManager(run));
}
