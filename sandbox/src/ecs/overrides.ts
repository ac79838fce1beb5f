import type { ContainerOverride, TaskOverride } from "@aws-sdk/client-ecs";
import type { EcsContainer } from "./container-definition.ts";
import { parseCpu, parseMemory, problemsOfSize, problemsOfStorage } from "./fargate.ts";
import type { TaskDefinition } from "./task-definition.ts";

/** A task definition with overrides applied, or why they cannot be. */
export type Overridden =
  | { ok: true; definition: TaskDefinition }
  | { ok: false; problems: string[] };

/** Parameters that are overridden for what is not served here. */
const NOT_SERVED = ["environmentFiles", "resourceRequirements"] as const;

/** Applies the overrides of a RunTask request: environments are merged, the rest replaced. */
export function applyOverrides(definition: TaskDefinition, overrides: TaskOverride): Overridden {
  const cpu = overrides.cpu === undefined ? definition.cpu : parseCpu(overrides.cpu);
  const memory = overrides.memory === undefined ? definition.memory : parseMemory(overrides.memory);
  const storage = overrides.ephemeralStorage?.sizeInGiB;
  const changes = overrides.containerOverrides ?? [];
  const problems = [
    ...problemsOfSize(cpu, memory),
    ...problemsOfStorage(storage),
    ...(overrides.inferenceAcceleratorOverrides ? ["Fargate has no inference accelerators."] : []),
    ...changes.flatMap((change) => problemsOf(change, definition)),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const taskRoleArn = overrides.taskRoleArn ?? definition.taskRoleArn;
  const containers = definition.containers.map((container) =>
    changes.filter(({ name }) => name === container.name).reduce(applyOne, container),
  );
  return {
    ok: true,
    definition: {
      ...definition,
      cpu,
      memory,
      ephemeralStorageGiB: storage ?? definition.ephemeralStorageGiB,
      ...(taskRoleArn && { taskRoleArn }),
      containers,
    },
  };
}

function applyOne(container: EcsContainer, override: ContainerOverride): EcsContainer {
  const added = (override.environment ?? []).map(({ name = "", value = "" }) => [name, value]);
  return {
    ...container,
    args: override.command ?? container.args,
    env: { ...container.env, ...Object.fromEntries(added) },
  };
}

function problemsOf(override: ContainerOverride, { containers }: TaskDefinition): string[] {
  const { name, environment = [] } = override;
  if (name === undefined) return ["A container override has no container's name."];
  return [
    ...(containers.some((container) => container.name === name)
      ? []
      : [`Override for container named ${name} is not a container in the TaskDefinition.`]),
    ...(environment.some((variable) => !variable.name)
      ? [`An environment variable of container ${name} has no name.`]
      : []),
    ...NOT_SERVED.filter((key) => override[key]).map((key) => `${key} is not served here.`),
  ];
}
