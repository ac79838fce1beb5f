import { parse } from "yaml";
import type { ContainerSpec, StartupProbe } from "../machine/container-spec.ts";
import type { JobSpec } from "./job-spec.ts";

type ProbeYaml = Partial<Omit<StartupProbe, "port" | "path">> & {
  httpGet?: { path?: string; port: number };
  tcpSocket?: { port: number };
};

type ContainerYaml = {
  name?: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: unknown }[];
  resources?: { limits?: Record<string, string> };
  volumeMounts?: { name: string; mountPath: string }[];
  startupProbe?: ProbeYaml;
};

type TaskYaml = {
  containers?: ContainerYaml[];
  volumes?: { name: string }[];
  maxRetries?: number;
  timeoutSeconds?: number | string;
  serviceAccountName?: string;
};

type Metadata = {
  name?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
};

/** The part of Cloud Run's v1 `Job` resource that is read here. */
type JobYaml = {
  kind?: string;
  metadata?: Metadata;
  spec?: {
    template?: {
      metadata?: Metadata;
      spec?: { taskCount?: number; template?: { spec?: TaskYaml } };
    };
  };
};

const DEPENDENCIES = "run.googleapis.com/container-dependencies";

/** Cloud Run's defaults for what a Job leaves out. */
const DEFAULT_MAX_RETRIES = 3;
const DEFAULT_TIMEOUT_SECONDS = 600;

/**
 * The Job that a YAML text for `gcloud run jobs replace` describes, with Cloud Run's defaults.
 * Throws one error that lists every problem found.
 */
export function parseJob(text: string): JobSpec {
  const yaml = parse(text) as JobYaml | null;
  const execution = yaml?.spec?.template;
  const task = execution?.spec?.template?.spec ?? {};
  const dependencies = readDependencies(execution?.metadata?.annotations?.[DEPENDENCIES]);
  const job: JobSpec = {
    name: yaml?.metadata?.name ?? "",
    labels: execution?.metadata?.labels ?? {},
    taskCount: execution?.spec?.taskCount ?? 1,
    maxRetries: task.maxRetries ?? DEFAULT_MAX_RETRIES,
    timeoutSeconds: Number(task.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS),
    serviceAccount: task.serviceAccountName ?? "",
    containers: (task.containers ?? []).map((container) => readContainer(container, dependencies)),
    volumes: (task.volumes ?? []).map(({ name }) => name),
  };
  const problems = [
    ...(yaml?.kind === "Job" ? [] : [`kind is ${yaml?.kind}, not Job`]),
    ...problemsOf(job),
    ...secretsIn(task.containers ?? []),
  ];
  if (problems.length > 0) throw new Error(`not a job that can be run: ${problems.join("; ")}`);
  return job;
}

function readDependencies(annotation: string | undefined): Record<string, string[]> {
  return annotation === undefined ? {} : (parse(annotation) as Record<string, string[]>);
}

function readContainer(yaml: ContainerYaml, dependencies: Record<string, string[]>): ContainerSpec {
  const name = yaml.name ?? "";
  return {
    name,
    image: yaml.image ?? "",
    command: yaml.command ?? [],
    args: yaml.args ?? [],
    env: Object.fromEntries((yaml.env ?? []).map((entry) => [entry.name, entry.value ?? ""])),
    limits: yaml.resources?.limits ?? {},
    mounts: (yaml.volumeMounts ?? []).map((mount) => ({
      volume: mount.name,
      path: mount.mountPath,
    })),
    ...(yaml.startupProbe && { startupProbe: readProbe(yaml.startupProbe) }),
    dependsOn: dependencies[name] ?? [],
  };
}

function readProbe({ httpGet, tcpSocket, ...timing }: ProbeYaml): StartupProbe {
  return {
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    failureThreshold: 3,
    ...timing,
    port: httpGet?.port ?? tcpSocket?.port ?? 0,
    ...(httpGet && { path: httpGet.path ?? "/" }),
  };
}

function problemsOf(job: JobSpec): string[] {
  const names = job.containers.map(({ name }) => name);
  return [
    ...(job.name === "" ? ["metadata.name is missing"] : []),
    ...(names.length === 0 ? ["there are no containers"] : []),
    ...(new Set(names).size < names.length ? ["two containers have the same name"] : []),
    ...job.containers.flatMap((container) => problemsOfContainer(container, job, names)),
  ];
}

function problemsOfContainer(container: ContainerSpec, job: JobSpec, names: string[]): string[] {
  const { name, image, mounts, startupProbe, dependsOn } = container;
  return [
    ...(name === "" ? ["a container has no name"] : []),
    ...(image === "" ? [`container ${name} has no image`] : []),
    ...mounts
      .filter(({ volume }) => !job.volumes.includes(volume))
      .map(({ volume }) => `container ${name} mounts an unknown volume ${volume}`),
    ...dependsOn
      .filter((other) => !names.includes(other))
      .map((other) => `container ${name} depends on an unknown container ${other}`),
    ...(startupProbe?.port === 0 ? [`container ${name} has a startup probe without a port`] : []),
    ...(waitsForItself(container, job) ? [`container ${name} depends on itself`] : []),
  ];
}

/** Whether following the dependencies from a container leads back to it. */
function waitsForItself(container: ContainerSpec, job: JobSpec): boolean {
  const seen = new Set<string>();
  const open = [...container.dependsOn];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(job.containers.find((other) => other.name === name)?.dependsOn ?? []));
  }
  return seen.has(container.name);
}

function secretsIn(containers: ContainerYaml[]): string[] {
  return containers.flatMap(({ name, env }) =>
    (env ?? [])
      .filter((entry) => entry.valueFrom !== undefined)
      .map((entry) => `container ${name} takes ${entry.name} from a secret: not supported locally`),
  );
}
