import type { V1Container, V1Probe } from "@kubernetes/client-node";
import type { ContainerSpec, StartupProbe } from "../machine/container-spec.ts";
import type { Task } from "../machine/machine.ts";
import { expand, expandVariables } from "./expansion.ts";
import { forbidden } from "./problems.ts";
import { type JobRecord, type PodRecord, podSpecOf } from "./records.ts";
import type { FieldProblem } from "./status.ts";

const POD = "spec.template.spec";

/** What a pod needs of the machine; its containers are in the order of the pod's. */
export function taskOf(job: JobRecord, pod: PodRecord): Task {
  const { containers, initContainers = [], volumes = [] } = podSpecOf(job);
  return {
    id: pod.name,
    logName: job.name,
    containers: [...initContainers, ...containers].map(containerSpec),
    volumes: volumes.map(({ name }) => name),
    env: { HOSTNAME: pod.name },
  };
}

function containerSpec(container: V1Container): ContainerSpec {
  const { name, image = "", command = [], args = [], env = [], volumeMounts = [] } = container;
  const { startupProbe } = container;
  const variables = expandVariables(env);
  return {
    name,
    image,
    command: command.map((text) => expand(text, variables)),
    args: args.map((text) => expand(text, variables)),
    env: variables,
    limits: container.resources?.limits ?? {},
    mounts: volumeMounts.map((mount) => ({ volume: mount.name, path: mount.mountPath })),
    ...(startupProbe && { startupProbe: probeOf(startupProbe, container) }),
    dependsOn: [],
  };
}

/** Of an accepted Job's probe: its defaults are in it. A port may be given by its name. */
function probeOf(probe: V1Probe, { ports = [] }: V1Container): StartupProbe {
  const { httpGet, tcpSocket } = probe;
  const port = httpGet?.port ?? tcpSocket?.port ?? 0;
  const named = ports.find(({ name }) => name === port)?.containerPort;
  return {
    port: named ?? Number(port),
    ...(httpGet && { path: httpGet.path ?? "/" }),
    initialDelaySeconds: probe.initialDelaySeconds ?? 0,
    periodSeconds: probe.periodSeconds ?? 10,
    timeoutSeconds: probe.timeoutSeconds ?? 1,
    failureThreshold: probe.failureThreshold ?? 3,
  };
}

/** What a cluster would do and this machine cannot; such a Job is refused rather than run differently. */
export function unsupported(job: JobRecord): FieldProblem[] {
  const { parallelism, completions, suspend } = job.object.spec ?? {};
  const { containers, initContainers = [], restartPolicy } = podSpecOf(job);
  const cannot = (field: string, what: string) => forbidden(field, `the sandbox cannot ${what}`);
  return [
    ...(parallelism === 1 && completions === 1 ? [] : [cannot("spec", "run several pods")]),
    ...(suspend ? [cannot("spec.suspend", "suspend")] : []),
    ...(restartPolicy === "Never"
      ? []
      : [cannot(`${POD}.restartPolicy`, "restart main containers")]),
    ...[...initContainers, ...containers].flatMap(({ name, env = [], startupProbe }) => [
      ...env
        .filter(({ valueFrom }) => valueFrom !== undefined)
        .map((entry) => cannot(`${POD}: ${name}.env.${entry.name}.valueFrom`, "look values up")),
      ...(startupProbe && !startupProbe.httpGet && !startupProbe.tcpSocket
        ? [cannot(`${POD}: ${name}.startupProbe`, "probe but by HTTP and TCP")]
        : []),
    ]),
  ];
}
