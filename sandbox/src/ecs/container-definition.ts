import type {
  ContainerCondition,
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
} from "@aws-sdk/client-ecs";
import type { ContainerSpec } from "../machine/container-spec.ts";
import { problemsOfHealthCheck, readHealthCheck } from "./health-check.ts";

/** One container of a task definition. Its `startupProbe` is what its health check asks. */
export type EcsContainer = ContainerSpec & {
  essential: boolean;
  /** Between SIGTERM and SIGKILL. */
  stopTimeoutSeconds: number;
  /** What must have become of which containers before this one starts. */
  waitsFor: { container: string; condition: ContainerCondition }[];
};

/** What Fargate gives a container that says nothing, and the most that it gives. */
const STOP_TIMEOUT_SECONDS = { default: 30, most: 120 };

/** Parameters that Fargate refuses. */
const NOT_ON_FARGATE = [
  "disableNetworking",
  "dnsSearchDomains",
  "dnsServers",
  "dockerSecurityOptions",
  "extraHosts",
  "hostname",
  "links",
  "privileged",
] as const;

/** Parameters of `linuxParameters` that Fargate refuses. */
const NOT_ON_FARGATE_LINUX = [
  "devices",
  "maxSwap",
  "sharedMemorySize",
  "swappiness",
  "tmpfs",
] as const;

/** Parameters that would change what runs, and that are not acted on here. */
const NOT_SERVED = [
  "environmentFiles",
  "firelensConfiguration",
  "resourceRequirements",
  "restartPolicy",
  "secrets",
  "volumesFrom",
] as const;

/** What awslogs needs on Fargate. */
const LOG_OPTIONS = ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"];

/** The container that a definition without problems describes. */
export function readContainer(definition: ContainerDefinition): EcsContainer {
  const { name = "", image = "", cpu, memory, healthCheck } = definition;
  const startupProbe = healthCheck && readHealthCheck(healthCheck);
  return {
    name,
    image,
    command: definition.entryPoint ?? [],
    args: definition.command ?? [],
    env: Object.fromEntries(
      (definition.environment ?? []).map((entry) => [entry.name ?? "", entry.value ?? ""]),
    ),
    limits: {
      ...(cpu && { cpu: String(cpu) }),
      ...(memory && { memory: String(memory) }),
    },
    mounts: (definition.mountPoints ?? []).map(({ sourceVolume = "", containerPath = "" }) => ({
      volume: sourceVolume,
      path: containerPath,
    })),
    ...(startupProbe && { startupProbe }),
    dependsOn: [],
    essential: definition.essential ?? true,
    stopTimeoutSeconds: definition.stopTimeout ?? STOP_TIMEOUT_SECONDS.default,
    waitsFor: (definition.dependsOn ?? []).map(({ containerName = "", condition = "START" }) => ({
      container: containerName,
      condition,
    })),
  };
}

/** What is wrong with a container, each problem with the container's name. */
export function problemsOfContainer(
  container: ContainerDefinition,
  task: RegisterTaskDefinitionRequest,
): string[] {
  const { name = "", image = "", healthCheck } = container;
  const problems = [
    ...(/^[\w-]{1,255}$/.test(name) ? [] : ["its name is not a name"]),
    ...(image === "" ? ["image is missing"] : []),
    ...NOT_ON_FARGATE.filter((key) => container[key]).map((key) => `Fargate has no ${key}`),
    ...NOT_ON_FARGATE_LINUX.filter((key) => container.linuxParameters?.[key] !== undefined).map(
      (key) => `Fargate has no linuxParameters.${key}`,
    ),
    ...NOT_SERVED.filter((key) => container[key]).map((key) => `${key} is not served here`),
    ...problemsOfEnvironment(container),
    ...problemsOfLimits(container),
    ...problemsOfMounts(container, task),
    ...problemsOfLogs(container),
    ...problemsOfDependencies(container, task),
    ...(healthCheck ? problemsOfHealthCheck(healthCheck) : []),
  ];
  return problems.map((problem) => `container '${name}': ${problem}`);
}

function problemsOfEnvironment({ environment = [] }: ContainerDefinition): string[] {
  const names = environment.map(({ name = "" }) => name);
  return [
    ...(names.includes("") ? ["an environment variable has no name"] : []),
    ...(new Set(names).size < names.length ? ["an environment variable is set twice"] : []),
  ];
}

function problemsOfLimits(container: ContainerDefinition): string[] {
  const { memory, memoryReservation, stopTimeout = 0, portMappings = [] } = container;
  const { most } = STOP_TIMEOUT_SECONDS;
  return [
    ...(memory && memoryReservation && memoryReservation > memory
      ? ["memoryReservation is more than memory"]
      : []),
    ...(stopTimeout < 0 || stopTimeout > most ? [`stopTimeout is not between 0 and ${most}`] : []),
    ...portMappings
      .filter(({ hostPort, containerPort }) => hostPort && hostPort !== containerPort)
      .map(({ containerPort }) => `hostPort differs from containerPort ${containerPort}`),
  ];
}

function problemsOfMounts(
  { mountPoints = [] }: ContainerDefinition,
  { volumes = [] }: RegisterTaskDefinitionRequest,
): string[] {
  return mountPoints.flatMap(({ sourceVolume, containerPath }) => [
    ...(volumes.some(({ name }) => name === sourceVolume)
      ? []
      : [`Unknown volume '${sourceVolume}'.`]),
    ...(containerPath?.startsWith("/") ? [] : [`'${containerPath}' is no path to mount at`]),
  ]);
}

function problemsOfLogs({ logConfiguration }: ContainerDefinition): string[] {
  if (!logConfiguration) return [];
  const { logDriver, options = {} } = logConfiguration;
  if (logDriver !== "awslogs") return [`log driver ${logDriver} is not served here`];
  return LOG_OPTIONS.filter((option) => !options[option]).map(
    (option) => `Log driver awslogs requires option ${option}.`,
  );
}

function problemsOfDependencies(
  container: ContainerDefinition,
  { containerDefinitions = [] }: RegisterTaskDefinitionRequest,
): string[] {
  return (container.dependsOn ?? []).flatMap(({ containerName, condition }) => {
    const other = containerDefinitions.find(({ name }) => name === containerName);
    if (!other || other === container) return [`it depends on '${containerName}', which is none`];
    const mustEnd = condition === "COMPLETE" || condition === "SUCCESS";
    return [
      ...(condition === "HEALTHY" && !other.healthCheck
        ? [`'${containerName}' has no health check`]
        : []),
      ...(mustEnd && other.essential !== false
        ? [
            "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
          ]
        : []),
    ];
  });
}
