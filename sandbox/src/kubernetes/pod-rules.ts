import type { V1Container, V1PodSpec, V1Probe, V1Volume } from "@kubernetes/client-node";
import { checkDnsLabel } from "./names.ts";
import { forbidden, invalid, missing, notNegative, oneOf, required, unique } from "./problems.ts";
import { parseQuantity } from "./quantity.ts";
import type { FieldProblem } from "./status.ts";

/** Printable ASCII without the equals sign. */
const ENV_NAME = /^[ -<>-~]+$/;

/** What the API server finds wrong with a Pod's specification that fits the schema; `field` is its path. */
export function checkPod(field: string, pod: V1PodSpec): FieldProblem[] {
  const { containers, initContainers = [], volumes = [] } = pod;
  const grace = pod.terminationGracePeriodSeconds;
  const paths = [
    ...initContainers.map((_, index) => `${field}.initContainers[${index}]`),
    ...containers.map((_, index) => `${field}.containers[${index}]`),
  ];
  const all = [...initContainers, ...containers];
  return [
    ...notNegative(`${field}.terminationGracePeriodSeconds`, grace),
    ...(containers.length === 0 ? [required(`${field}.containers`)] : []),
    ...unique(
      all.map(({ name }) => name),
      (index) => `${paths[index]}.name`,
    ),
    ...all.flatMap((container, index) => checkContainer(paths[index] ?? "", container, volumes)),
    ...initContainers.flatMap((container, index) => checkInit(paths[index] ?? "", container)),
    ...containers.flatMap((container, index) =>
      checkMain(`${field}.containers[${index}]`, container),
    ),
    ...checkVolumes(`${field}.volumes`, volumes),
  ];
}

function checkContainer(
  field: string,
  container: V1Container,
  volumes: V1Volume[],
): FieldProblem[] {
  const { name, image, env = [], volumeMounts = [], startupProbe } = container;
  const names = volumes.map((volume) => volume.name);
  const mount = (index: number) => `${field}.volumeMounts[${index}]`;
  return [
    ...checkDnsLabel(`${field}.name`, name),
    ...(image ? [] : [required(`${field}.image`)]),
    ...env.flatMap((entry, index) => checkEnvName(`${field}.env[${index}].name`, entry.name)),
    ...volumeMounts.flatMap((one, index) =>
      names.includes(one.name) ? [] : [missing(`${mount(index)}.name`, one.name)],
    ),
    ...checkMountPaths(
      volumeMounts.map(({ mountPath }) => mountPath),
      mount,
    ),
    ...checkRequests(`${field}.resources.requests`, container.resources),
    ...(startupProbe ? checkProbe(`${field}.startupProbe`, startupProbe) : []),
  ];
}

function checkEnvName(field: string, name: string): FieldProblem[] {
  if (ENV_NAME.test(name)) return [];
  const why =
    "a valid environment variable name must consist only of printable ASCII characters other than '='";
  return [invalid(field, name, why)];
}

function checkMountPaths(paths: string[], field: (index: number) => string): FieldProblem[] {
  return paths.flatMap((path, index) =>
    paths.indexOf(path) < index
      ? [invalid(`${field(index)}.mountPath`, path, "must be unique")]
      : [],
  );
}

function checkRequests(field: string, resources: V1Container["resources"]): FieldProblem[] {
  const { limits = {}, requests = {} } = resources ?? {};
  return Object.entries(requests).flatMap(([name, request]) => {
    const limit = limits[name];
    if (limit === undefined) return [];
    if ((parseQuantity(request) ?? 0) <= (parseQuantity(limit) ?? 0)) return [];
    return [invalid(field, request, `must be less than or equal to ${name} limit of ${limit}`)];
  });
}

function checkProbe(field: string, probe: V1Probe): FieldProblem[] {
  const handlers = [probe.exec, probe.grpc, probe.httpGet, probe.tcpSocket].filter(Boolean);
  return [
    ...(handlers.length === 0 ? [required(field, "must specify a handler type")] : []),
    ...(handlers.length > 1 ? [forbidden(field, "may not specify more than 1 handler type")] : []),
    ...notNegative(`${field}.initialDelaySeconds`, probe.initialDelaySeconds),
    ...notNegative(`${field}.periodSeconds`, probe.periodSeconds),
    ...notNegative(`${field}.timeoutSeconds`, probe.timeoutSeconds),
    ...notNegative(`${field}.failureThreshold`, probe.failureThreshold),
    ...((probe.successThreshold ?? 1) === 1
      ? []
      : [invalid(`${field}.successThreshold`, probe.successThreshold, "must be 1")]),
  ];
}

/** Only a sidecar, which goes on beside the others, may be probed. */
function checkInit(field: string, container: V1Container): FieldProblem[] {
  const { restartPolicy, startupProbe } = container;
  if (restartPolicy !== undefined)
    return oneOf(`${field}.restartPolicy`, restartPolicy, ["Always"]);
  const why = "may not be set for init containers without restartPolicy=Always";
  return startupProbe ? [forbidden(`${field}.startupProbe`, why)] : [];
}

/** Newer servers can be configured to allow it; what runs on a default one must not rely on that. */
function checkMain(field: string, { restartPolicy }: V1Container): FieldProblem[] {
  if (restartPolicy === undefined) return [];
  return [forbidden(`${field}.restartPolicy`, "may not be set for non-init containers")];
}

function checkVolumes(field: string, volumes: V1Volume[]): FieldProblem[] {
  return [
    ...unique(
      volumes.map(({ name }) => name),
      (index) => `${field}[${index}].name`,
    ),
    ...volumes.flatMap(({ name, ephemeral }, index) => [
      ...checkDnsLabel(`${field}[${index}].name`, name),
      ...(ephemeral ? checkClaim(`${field}[${index}].ephemeral`, ephemeral) : []),
    ]),
  ];
}

function checkClaim(field: string, ephemeral: NonNullable<V1Volume["ephemeral"]>): FieldProblem[] {
  const template = `${field}.volumeClaimTemplate`;
  if (ephemeral.volumeClaimTemplate === undefined) return [required(template)];
  const { accessModes = [], resources } = ephemeral.volumeClaimTemplate.spec;
  const storage = resources?.requests?.["storage"];
  return [
    ...(accessModes.length > 0
      ? []
      : [required(`${template}.spec.accessModes`, "at least 1 access mode is required")]),
    ...(storage === undefined ? [required(`${template}.spec.resources[storage]`)] : []),
  ];
}
