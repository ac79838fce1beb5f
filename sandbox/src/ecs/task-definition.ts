import {
  type ContainerDefinition,
  type RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionRequest$,
  type Tag,
} from "@aws-sdk/client-ecs";
import { ROLE_ARN } from "./arns.ts";
import { type EcsContainer, problemsOfContainer, readContainer } from "./container-definition.ts";
import {
  DEFAULT_STORAGE_GIB,
  parseCpu,
  parseMemory,
  problemsOfSize,
  problemsOfStorage,
} from "./fargate.ts";
import { problemsOfShape } from "./shape.ts";
import { problemsOfTags } from "./tags.ts";

/** A task definition for Fargate, as far as this server acts on it. */
export type TaskDefinition = {
  family: string;
  /** CPU units, 1024 a vCPU. */
  cpu: number;
  /** MiB. */
  memory: number;
  ephemeralStorageGiB: number;
  taskRoleArn?: string;
  tags: Tag[];
  containers: EcsContainer[];
  volumes: string[];
};

/** Parameters of a task that Fargate refuses, or that would change what runs and are not acted on here. */
const UNSUPPORTED = [
  "placementConstraints",
  "inferenceAccelerators",
  "pidMode",
  "ipcMode",
  "proxyConfiguration",
] as const;

/**
 * The task definition that a JSON text in the shape of RegisterTaskDefinition's input describes.
 * Throws one error that lists every problem found.
 */
export function parseTaskDefinition(json: string): TaskDefinition {
  const input: unknown = JSON.parse(json);
  check(problemsOfShape(RegisterTaskDefinitionRequest$, input));
  const request = input as RegisterTaskDefinitionRequest;
  check(problemsOf(request));
  return {
    family: request.family ?? "",
    cpu: parseCpu(request.cpu ?? ""),
    memory: parseMemory(request.memory ?? ""),
    ephemeralStorageGiB: request.ephemeralStorage?.sizeInGiB ?? DEFAULT_STORAGE_GIB,
    ...(request.taskRoleArn && { taskRoleArn: request.taskRoleArn }),
    tags: request.tags ?? [],
    containers: (request.containerDefinitions ?? []).map(readContainer),
    volumes: (request.volumes ?? []).map(({ name = "" }) => name),
  };
}

function check(problems: string[]): void {
  if (problems.length > 0) {
    throw new Error(`not a task definition that can be run: ${problems.join("; ")}`);
  }
}

function problemsOf(request: RegisterTaskDefinitionRequest): string[] {
  const { family = "", networkMode, requiresCompatibilities = [] } = request;
  return [
    ...(/^[\w-]{1,255}$/.test(family) ? [] : [`'${family}' is no name of a family`]),
    ...(requiresCompatibilities.includes("FARGATE") ? [] : ["it is not for FARGATE"]),
    ...(networkMode === "awsvpc" ? [] : ["Fargate only supports network mode 'awsvpc'."]),
    ...UNSUPPORTED.filter((name) => request[name] !== undefined).map((name) => `${name} is set`),
    ...problemsOfResources(request),
    ...problemsOfRoles(request),
    ...problemsOfVolumes(request),
    ...problemsOfTags(request.tags ?? []),
    ...problemsOfContainers(request),
  ];
}

function problemsOfResources(request: RegisterTaskDefinitionRequest): string[] {
  const { cpu, memory, ephemeralStorage } = request;
  const missing = Object.entries({ cpu, memory })
    .filter(([, value]) => value === undefined)
    .map(([name]) => `Fargate requires that '${name}' be defined at the task level.`);
  return [
    ...missing,
    ...(cpu && memory ? problemsOfSize(parseCpu(cpu), parseMemory(memory)) : []),
    ...problemsOfStorage(ephemeralStorage?.sizeInGiB),
  ];
}

function problemsOfRoles(request: RegisterTaskDefinitionRequest): string[] {
  const { taskRoleArn, executionRoleArn, containerDefinitions = [] } = request;
  const needs = containerDefinitions.flatMap(({ image = "", logConfiguration }) => [
    ...(/\.dkr\.ecr\./.test(image) ? ["ECR images"] : []),
    ...(logConfiguration?.logDriver === "awslogs" ? ["log driver awslogs"] : []),
  ]);
  return [
    ...[taskRoleArn, executionRoleArn]
      .filter((arn) => arn !== undefined && !ROLE_ARN.test(arn))
      .map((arn) => `'${arn}' is no role`),
    ...(executionRoleArn === undefined ? [...new Set(needs)] : []).map(
      (need) => `Fargate requires task definition to have execution role ARN to support ${need}.`,
    ),
  ];
}

function problemsOfVolumes({ volumes = [] }: RegisterTaskDefinitionRequest): string[] {
  return volumes.flatMap(({ name = "", host, ...other }) => [
    ...(/^[\w-]{1,255}$/.test(name) ? [] : [`'${name}' is no name of a volume`]),
    ...(host?.sourcePath ? ["host.sourcePath should not be set for volumes in Fargate."] : []),
    ...Object.keys(other).map((key) => `volume '${name}' has ${key}, which is not served here`),
  ]);
}

function problemsOfContainers(request: RegisterTaskDefinitionRequest): string[] {
  const containers = request.containerDefinitions ?? [];
  const names = containers.map(({ name = "" }) => name);
  const sum = (member: "cpu" | "memory") =>
    containers.reduce((total, container) => total + (container[member] ?? 0), 0);
  return [
    ...(containers.some(({ essential }) => essential !== false)
      ? []
      : ["no container is essential"]),
    ...(new Set(names).size < names.length ? ["two containers have the same name"] : []),
    ...(sum("cpu") > parseCpu(request.cpu ?? "")
      ? [
          "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
        ]
      : []),
    ...(sum("memory") > parseMemory(request.memory ?? "")
      ? ["The containers' memory is more than the task's."]
      : []),
    ...(names.some((name) => waitsFor(name, name, containers))
      ? ["containers wait for each other"]
      : []),
    ...containers.flatMap((container) => problemsOfContainer(container, request)),
  ];
}

/** Whether one container waits for another, directly or through others; `met` are those passed on the way. */
function waitsFor(
  from: string,
  to: string,
  containers: ContainerDefinition[],
  met: readonly string[] = [],
): boolean {
  const { dependsOn = [] } = containers.find(({ name }) => name === from) ?? {};
  const next = dependsOn.map(({ containerName = "" }) => containerName);
  return next.some(
    (name) =>
      name === to || (!met.includes(name) && waitsFor(name, to, containers, [...met, name])),
  );
}
