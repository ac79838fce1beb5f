import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ContainerSpec, JobSpec } from "./job-spec.ts";
import { type Placement, placeEnv } from "./placement.ts";
import type { PortPool } from "./ports.ts";
import type { Launch } from "./task.ts";

/** What stands in for a container image: the command it runs here, by absolute paths, and its own `ENV`. */
export type LocalImage = { command: string[]; env?: Record<string, string> };

/** What every task on this machine shares. */
export type Machine = {
  images: Record<string, LocalImage>;
  platformEnv: Record<string, string>;
  /** The container ports of which each task gets local ones. */
  containerPorts: readonly number[];
  ports: PortPool;
  logDir: string;
  scratchRoot: string;
  killGraceMs: number;
};

/** One attempt at one task of an execution. */
export type TaskAttempt = { job: JobSpec; executionId: string; index: number; attempt: number };

/** A task's place with the folder that holds all of it. */
type TaskPlace = Placement & { root: string };

/** The host's environment is not inherited, as no container inherits its node's. */
const PATH = [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":");

/** Gives a task its ports and folders for as long as `run` takes, and removes what it leaves in them. */
export async function withPlace<T>(
  machine: Machine,
  task: TaskAttempt,
  run: (launches: Launch[]) => Promise<T>,
): Promise<T> {
  const { job, executionId, index, attempt } = task;
  const root = join(machine.scratchRoot, `${executionId}-task${index}-attempt${attempt}`);
  const folders = new Map(job.volumes.map((name) => [name, join(root, "volumes", name)]));
  const ports = await machine.ports.reserve(machine.containerPorts);
  try {
    for (const folder of folders.values()) await mkdir(folder, { recursive: true });
    for (const { name } of job.containers) await mkdir(homeOf(root, name), { recursive: true });
    return await run(
      job.containers.map((c) => launchOf(c, task, { root, folders, ports }, machine)),
    );
  } finally {
    machine.ports.release(ports);
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

function homeOf(root: string, container: string): string {
  return join(root, "home", container);
}

function launchOf(
  container: ContainerSpec,
  task: TaskAttempt,
  place: TaskPlace,
  machine: Machine,
): Launch {
  const { name, startupProbe, dependsOn } = container;
  const image = machine.images[container.image];
  const command = container.command.length > 0 ? container.command : (image?.command ?? []);
  const HOME = homeOf(place.root, name);
  const env = {
    PATH,
    ...machine.platformEnv,
    ...placeEnv({ ...image?.env, ...container.env }, container.mounts, place),
    ...taskEnv(task),
    TMPDIR: HOME,
    HOME,
  };
  return {
    name,
    dependsOn,
    container: {
      command: [...command, ...container.args],
      env,
      logFile: join(machine.logDir, `${task.executionId}.${name}.log`),
    },
    ...(startupProbe && {
      startupProbe: {
        ...startupProbe,
        port: place.ports.get(startupProbe.port) ?? startupProbe.port,
      },
    }),
  };
}

/** The variables that Cloud Run adds to every container of a job's task. */
function taskEnv({ job, executionId, index, attempt }: TaskAttempt): Record<string, string> {
  return {
    CLOUD_RUN_JOB: job.name,
    CLOUD_RUN_EXECUTION: executionId,
    CLOUD_RUN_TASK_INDEX: String(index),
    CLOUD_RUN_TASK_ATTEMPT: String(attempt),
    CLOUD_RUN_TASK_COUNT: String(job.taskCount),
  };
}
