import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ContainerSpec } from "./container-spec.ts";
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

/** Containers that run together, and share volumes. */
export type Task = {
  /** Unlike that of any other task that runs; folders are named after it. */
  id: string;
  /** What the files `{logName}.{container}.log` are named after. */
  logName: string;
  containers: readonly ContainerSpec[];
  volumes: readonly string[];
  /** What the platform adds to every container's environment. */
  env: Record<string, string>;
};

/** A task's place with the folder that holds all of it. */
type TaskPlace = Placement & { root: string };

/** The host's environment is not inherited, as no container inherits its node's. */
const PATH = [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":");

/** Gives a task its ports and folders for as long as `run` takes, and removes what it leaves in them. */
export async function withPlace<T>(
  machine: Machine,
  task: Task,
  run: (launches: Launch[]) => Promise<T>,
): Promise<T> {
  const { id, containers, volumes } = task;
  const root = join(machine.scratchRoot, id);
  const folders = new Map(volumes.map((name) => [name, join(root, "volumes", name)]));
  const ports = await machine.ports.reserve(machine.containerPorts);
  try {
    for (const folder of folders.values()) await mkdir(folder, { recursive: true });
    for (const { name } of containers) await mkdir(homeOf(root, name), { recursive: true });
    return await run(containers.map((c) => launchOf(c, task, { root, folders, ports }, machine)));
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
  task: Task,
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
    ...task.env,
    TMPDIR: HOME,
    HOME,
  };
  return {
    name,
    dependsOn,
    container: {
      command: [...command, ...container.args],
      env,
      logFile: join(machine.logDir, `${task.logName}.${name}.log`),
    },
    ...(startupProbe && {
      startupProbe: {
        ...startupProbe,
        port: place.ports.get(startupProbe.port) ?? startupProbe.port,
      },
    }),
  };
}
