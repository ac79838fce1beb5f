import { setTimeout as sleep } from "node:timers/promises";
import { type RunningContainer, startContainer } from "../machine/container.ts";
import { isReady } from "../machine/probe.ts";
import type { Launch } from "../machine/task.ts";
import type { ContainerRecord, Terminated } from "./records.ts";

/** How a pod's containers are run. */
export type Terms = {
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  onStart: (container: ContainerRecord, pid: number) => void;
};

/** A sidecar that is kept running. */
export type Sidecar = {
  /** Resolves when it has passed its startup probe. */
  ready: Promise<void>;
  /** Ends it, and resolves when none of its processes is left. */
  stop(): Promise<void>;
};

/** The kubelet's pauses before it starts a container again: none, 10 s, 20 s, … up to five minutes. */
function pauseSeconds(restartCount: number): number {
  return restartCount === 0 ? 0 : Math.min(10 * 2 ** (restartCount - 1), 300);
}

/** Runs a container to its end, or until `over`, and resolves with its exit code. */
export async function runOnce(
  record: ContainerRecord,
  launch: Launch,
  terms: Terms,
  over: AbortSignal,
): Promise<number> {
  const running = await start(record, launch, terms, over);
  const probing = probe(record, launch, running, terms, over);
  const exitCode = await running.exited;
  await probing;
  endContainer(record, exitCode);
  return exitCode;
}

/**
 * Starts a sidecar, and starts it again whenever it exits, until it is stopped; once its pod is `over` it is
 * not started again.
 */
export function keepRunning(
  record: ContainerRecord,
  launch: Launch,
  terms: Terms,
  over: AbortSignal,
): Sidecar {
  const stopped = new AbortController();
  const ready = Promise.withResolvers<void>();
  const signals = { stopped: stopped.signal, last: AbortSignal.any([over, stopped.signal]) };
  const running = restart(record, launch, terms, signals, ready.resolve);
  return {
    ready: ready.promise,
    stop: () => {
      stopped.abort();
      return running;
    },
  };
}

async function restart(
  record: ContainerRecord,
  launch: Launch,
  terms: Terms,
  { stopped, last }: { stopped: AbortSignal; last: AbortSignal },
  ready: () => void,
): Promise<void> {
  while (!last.aborted) {
    const running = await start(record, launch, terms, stopped);
    const probing = probe(record, launch, running, terms, stopped).then((up) => up && ready());
    const exitCode = await running.exited;
    await probing;
    endContainer(record, exitCode);
    if (!last.aborted) await backOff(record, last);
  }
}

async function start(
  record: ContainerRecord,
  launch: Launch,
  terms: Terms,
  over: AbortSignal,
): Promise<RunningContainer> {
  const running = await startContainer(launch.container);
  record.state = { kind: "running", startedAt: Date.now() };
  const terminate = () => running.terminate(terms.graceMs);
  over.addEventListener("abort", terminate);
  running.exited.finally(() => over.removeEventListener("abort", terminate));
  if (over.aborted) terminate();
  if (running.pid !== undefined) terms.onStart(record, running.pid);
  return running;
}

/** Whether the container has started; the kubelet ends one that fails its startup probe. */
async function probe(
  record: ContainerRecord,
  { startupProbe }: Launch,
  running: RunningContainer,
  terms: Terms,
  over: AbortSignal,
): Promise<boolean> {
  const gone = new AbortController();
  running.exited.then(() => gone.abort());
  const end = AbortSignal.any([over, gone.signal]);
  const up = startupProbe === undefined || (await isReady(startupProbe, startupProbe.port, end));
  if (!up && !end.aborted) running.terminate(terms.graceMs);
  record.started = up && !end.aborted;
  return record.started;
}

/** Writes down how a container's process has ended. */
export function endContainer(record: ContainerRecord, exitCode: number): void {
  const { state, killedBy } = record;
  const terminated: Terminated = {
    kind: "terminated",
    exitCode,
    reason: killedBy ?? (exitCode === 0 ? "Completed" : "Error"),
    startedAt: state.kind === "running" ? state.startedAt : Date.now(),
    finishedAt: Date.now(),
  };
  record.state = terminated;
  record.started = false;
}

async function backOff(record: ContainerRecord, last: AbortSignal): Promise<void> {
  const seconds = pauseSeconds(record.restartCount);
  if (record.state.kind === "terminated") record.last = record.state;
  if (seconds > 0) {
    const message = `back-off ${seconds}s restarting failed container=${record.name}`;
    record.state = { kind: "waiting", reason: "CrashLoopBackOff", message };
  }
  record.restartCount++;
  await sleep(seconds * 1000, undefined, { signal: last }).catch((error: unknown) => {
    if (!last.aborted) throw error;
  });
}
