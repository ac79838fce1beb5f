import type { Realm } from "./arns.ts";
import type { ContainerRecord, Instant, TaskRecord } from "./task.ts";

/** A task as DescribeTasks shows it, with its tags when they are asked for. Instants are epoch seconds. */
export function taskMessage(task: TaskRecord, realm: Realm, withTags: boolean): object {
  const { request, definition, stop } = task;
  const [strategy] = request.capacityProviderStrategy ?? [];
  return {
    taskArn: task.arn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.definitionArn,
    group: request.group ?? `family:${definition.family}`,
    startedBy: request.startedBy,
    launchType: "FARGATE",
    capacityProviderName: strategy?.capacityProvider,
    platformVersion: "1.4.0",
    platformFamily: "Linux",
    availabilityZone: `${realm.region}a`,
    cpu: String(definition.cpu),
    memory: String(definition.memory),
    ephemeralStorage: { sizeInGiB: definition.ephemeralStorageGiB },
    overrides: { containerOverrides: [], ...request.overrides },
    attachments: [attachmentOf(task)],
    connectivity: "CONNECTED",
    lastStatus: task.status,
    desiredStatus: desiredStatusOf(task),
    healthStatus: healthOf(task),
    containers: task.containers.map((container) => containerMessage(container, task)),
    createdAt: seconds(task.createdAt),
    pullStoppedAt: seconds(task.pulledAt),
    startedAt: seconds(task.startedAt),
    stopCode: stop?.code,
    stoppedReason: stop?.reason,
    stoppingAt: seconds(stop?.at),
    executionStoppedAt: seconds(task.executionStoppedAt),
    stoppedAt: seconds(task.endedAt),
    tags: withTags ? task.tags : [],
  };
}

/** What the service wants to become of a task: it never says PENDING. */
export function desiredStatusOf({ stop }: TaskRecord): "RUNNING" | "STOPPED" {
  return stop ? "STOPPED" : "RUNNING";
}

function containerMessage(container: ContainerRecord, task: TaskRecord): object {
  const { limits = {} } =
    task.definition.containers.find(({ name }) => name === container.name) ?? {};
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    runtimeId: container.runtimeId,
    lastStatus: container.status,
    exitCode: container.exitCode,
    reason: container.reason,
    healthStatus: container.health,
    networkBindings: [],
    networkInterfaces: [],
    cpu: limits["cpu"] ?? "0",
    memory: limits["memory"],
  };
}

function attachmentOf({ request, endedAt, id }: TaskRecord): object {
  const [subnetId] = request.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  return {
    id,
    type: "ElasticNetworkInterface",
    status: endedAt === undefined ? "ATTACHED" : "DELETED",
    details: [{ name: "subnetId", value: subnetId }],
  };
}

/** Of the containers that have a health check. */
function healthOf({ containers, definition }: TaskRecord): ContainerRecord["health"] {
  const checked = definition.containers.filter(({ startupProbe }) => startupProbe);
  const states = containers
    .filter(({ name }) => checked.some((container) => container.name === name))
    .map(({ health }) => health);
  if (states.includes("UNHEALTHY")) return "UNHEALTHY";
  return states.length > 0 && !states.includes("UNKNOWN") ? "HEALTHY" : "UNKNOWN";
}

function seconds(at: Instant | undefined): number | undefined {
  return at === undefined ? undefined : at / 1000;
}
