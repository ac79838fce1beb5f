import { once } from "node:events";
import { type ContainerProcess, type RunningContainer, startContainer } from "./container.ts";
import type { StartupProbe } from "./container-spec.ts";
import { isReady } from "./probe.ts";

/** A container ready to be started: everything in it is local. */
export type Launch = {
  name: string;
  dependsOn: string[];
  container: ContainerProcess;
  startupProbe?: StartupProbe;
};

/** How a task ended. A container that never got ready, or exited non-zero, fails it. */
export type TaskOutcome =
  | { kind: "succeeded" }
  | { kind: "failed"; exitCode: number }
  | { kind: "not-ready"; container: string }
  | { kind: "timed-out" }
  | { kind: "cancelled" };

/** The bounds of a task, and who wants to know its containers' process ids. */
export type TaskLimits = {
  timeoutMs: number;
  killGraceMs: number;
  cancelled: AbortSignal;
  onStart: (container: string, pid: number) => void;
};

/** The end of a task: the first reason counts, and stops every container. */
class Ending {
  readonly #over = new AbortController();
  outcome: TaskOutcome = { kind: "succeeded" };

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  because(outcome: TaskOutcome): void {
    if (this.signal.aborted) return;
    this.outcome = outcome;
    this.#over.abort();
  }
}

/**
 * Runs the containers of one task and resolves when none of their processes is left.
 * They start when those they depend on are ready; the task succeeds when all have exited 0. The first
 * failure, the time-out or a cancel ends the others: SIGTERM, and SIGKILL after the grace.
 */
export async function runTask(launches: Launch[], limits: TaskLimits): Promise<TaskOutcome> {
  const ending = new Ending();
  const cancel = () => ending.because({ kind: "cancelled" });
  const timer = setTimeout(() => ending.because({ kind: "timed-out" }), limits.timeoutMs);
  limits.cancelled.addEventListener("abort", cancel);
  if (limits.cancelled.aborted) cancel();
  const ready = new Map(launches.map(({ name }) => [name, Promise.withResolvers<void>()]));
  const isUp = (name: string) => ready.get(name)?.promise;
  await Promise.all(
    launches.map(async (launch) => {
      await beforeTheEnd(Promise.all(launch.dependsOn.map(isUp)), ending.signal);
      if (ending.signal.aborted) return;
      await runContainer(launch, limits, ending, ready.get(launch.name));
    }),
  );
  clearTimeout(timer);
  limits.cancelled.removeEventListener("abort", cancel);
  return ending.outcome;
}

async function runContainer(
  launch: Launch,
  limits: TaskLimits,
  ending: Ending,
  ready: PromiseWithResolvers<void> | undefined,
): Promise<void> {
  const running = await startContainer(launch.container);
  if (running.pid !== undefined) limits.onStart(launch.name, running.pid);
  const terminate = () => running.terminate(limits.killGraceMs);
  ending.signal.addEventListener("abort", terminate);
  if (ending.signal.aborted) terminate();
  const probing = probe(launch, running, ending).then((up) => up && ready?.resolve());
  const exitCode = await running.exited;
  if (exitCode !== 0) ending.because({ kind: "failed", exitCode });
  await probing;
}

/**
 * Whether the containers that wait for this one may start: it has passed its startup probe, or exited before.
 * One that fails its probe ends the task.
 */
async function probe(launch: Launch, running: RunningContainer, ending: Ending): Promise<boolean> {
  const { startupProbe } = launch;
  if (startupProbe === undefined) return true;
  const gone = new AbortController();
  running.exited.then(() => gone.abort());
  const over = AbortSignal.any([ending.signal, gone.signal]);
  const up = await isReady(startupProbe, startupProbe.port, over);
  if (!up && !gone.signal.aborted) ending.because({ kind: "not-ready", container: launch.name });
  return up || gone.signal.aborted;
}

async function beforeTheEnd(wait: Promise<unknown>, over: AbortSignal): Promise<void> {
  if (!over.aborted) await Promise.race([wait, once(over, "abort")]);
}
