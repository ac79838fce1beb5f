import { once } from "node:events";
import { type Machine, withPlace } from "../machine/machine.ts";
import { signal } from "../machine/processes.ts";
import { endContainer } from "./container-run.ts";
import { backOffPulling, type Obstacle, type Strike } from "./obstacles.ts";
import { runPod } from "./pod-run.ts";
import { taskOf } from "./pod-task.ts";
import { type ContainerRecord, type JobRecord, type PodRecord, podSpecOf } from "./records.ts";

/** What is done in place of a pod's containers; it has succeeded when the promise is settled. */
export type StandIn = (job: JobRecord) => Promise<void>;

/** Where pods run: on a machine, or by their stand-in alone. */
export type Ground = { machine?: Machine | undefined; standIn?: StandIn | undefined };

/** The exit code of a process that SIGKILL ended. */
const KILLED = 137;

/** Lets a pod live until it has ended by itself or is `over`; nothing of it runs when the promise is settled. */
export async function live(
  job: JobRecord,
  pod: PodRecord,
  obstacle: Obstacle | undefined,
  { machine, standIn }: Ground,
  over: AbortSignal,
): Promise<void> {
  const unknown = machine && withoutImage(job, pod, machine);
  if (obstacle?.kind === "blocked") obstacle.apply(pod);
  else if (unknown) backOffPulling(unknown);
  else if (machine) return run(job, pod, obstacle, machine, over);
  else return pretend(job, pod, obstacle, standIn, over);
  if (!over.aborted) await once(over, "abort");
}

/** The first container that has neither an image here nor a command of its own. */
function withoutImage(
  job: JobRecord,
  { containers }: PodRecord,
  { images }: Machine,
): ContainerRecord | undefined {
  const { initContainers = [], containers: main } = podSpecOf(job);
  const missing = [...initContainers, ...main].find(
    ({ image = "", command = [] }) => images[image] === undefined && command.length === 0,
  );
  return missing && containers.find(({ name }) => name === missing.name);
}

async function run(
  job: JobRecord,
  pod: PodRecord,
  strike: Strike | undefined,
  machine: Machine,
  over: AbortSignal,
): Promise<void> {
  const struck = new AbortController();
  const onStart = (container: ContainerRecord, pid: number) => {
    job.pids[container.name] = pid;
    if (strike && container.role === "main") hit(job, pod, strike, container, struck);
  };
  const seconds = podSpecOf(job).terminationGracePeriodSeconds ?? 30;
  const terms = { graceMs: Math.min(seconds * 1000, machine.killGraceMs), onStart };
  await withPlace(machine, taskOf(job, pod), (launches) =>
    runPod(pod, launches, terms, AbortSignal.any([over, struck.signal])),
  );
}

/** Lets a strike befall a pod as its container starts. */
function hit(
  job: JobRecord,
  pod: PodRecord,
  strike: Strike,
  main: ContainerRecord,
  struck: AbortController,
): void {
  strike.apply(pod);
  if (strike.kills === "all") struck.abort();
  const running = pod.containers.filter(({ state }) => state.kind === "running");
  for (const { name } of strike.kills === "all" ? running : [main]) {
    const pid = job.pids[name];
    if (pid !== undefined) signal(-pid, "SIGKILL");
  }
}

async function pretend(
  job: JobRecord,
  pod: PodRecord,
  strike: Strike | undefined,
  standIn: StandIn | undefined,
  over: AbortSignal,
): Promise<void> {
  pod.phase = "Running";
  for (const container of pod.containers) {
    container.state = { kind: "running", startedAt: Date.now() };
    container.started = true;
  }
  strike?.apply(pod);
  if (!strike && !over.aborted) await Promise.race([standIn?.(job), once(over, "abort")]);
  const failed = strike !== undefined || over.aborted;
  for (const container of pod.containers) endContainer(container, failed ? KILLED : 0);
  pod.phase = failed ? "Failed" : "Succeeded";
}
