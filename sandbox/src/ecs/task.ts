import { randomInt, randomUUID } from "node:crypto";
import type { RunTaskRequest, Tag } from "@aws-sdk/client-ecs";
import { clusterArn, containerArn, type Realm, taskArn } from "./arns.ts";
import type { TaskDefinition } from "./task-definition.ts";

/** Epoch milliseconds. */
export type Instant = number;

/** The stations of a Fargate task that is no service's. */
export type TaskStatus = "PROVISIONING" | "PENDING" | "RUNNING" | "DEPROVISIONING" | "STOPPED";

/** Why a task stopped, by the API's `TaskStopCode`. */
export type StopCode = "EssentialContainerExited" | "TaskFailedToStart" | "UserInitiated";

/** A container of a task; it has an exit code when it ran, and a reason when something is to be said. */
export type ContainerRecord = {
  arn: string;
  name: string;
  image: string;
  /** `{task id}-{ten digits}`, as Fargate names it. */
  runtimeId: string;
  status: "PENDING" | "RUNNING" | "STOPPED";
  health: "UNKNOWN" | "HEALTHY" | "UNHEALTHY";
  exitCode?: number;
  reason?: string;
};

/** Everything there is to know about one task; it changes until `endedAt` is there. */
export type TaskRecord = {
  arn: string;
  /** The ARN's last part: 32 hexadecimal digits. */
  id: string;
  cluster: string;
  clusterArn: string;
  definitionArn: string;
  /** The task definition with this task's overrides applied. */
  definition: TaskDefinition;
  request: RunTaskRequest;
  tags: Tag[];
  createdAt: Instant;
  status: TaskStatus;
  pulledAt?: Instant;
  startedAt?: Instant;
  /** When and why it began to stop. */
  stop?: { at: Instant; code: StopCode; reason: string };
  executionStoppedAt?: Instant;
  endedAt?: Instant;
  containers: ContainerRecord[];
  /** Process ids of the containers that were started, by container name. */
  pids: Record<string, number>;
};

/** What a task is made of. */
export type TaskPlan = Pick<
  TaskRecord,
  "cluster" | "definitionArn" | "definition" | "request" | "tags"
>;

/** A task that has just been accepted. */
export function newTask(realm: Realm, plan: TaskPlan): TaskRecord {
  const id = randomUUID().replaceAll("-", "");
  const { cluster, definition } = plan;
  return {
    ...plan,
    arn: taskArn(realm, cluster, id),
    id,
    clusterArn: clusterArn(realm, cluster),
    createdAt: Date.now(),
    status: "PROVISIONING",
    containers: definition.containers.map(({ name, image }) => ({
      arn: containerArn(realm, cluster, id, randomUUID()),
      name,
      image,
      runtimeId: `${id}-${randomInt(1_000_000_000, 10_000_000_000)}`,
      status: "PENDING",
      health: "UNKNOWN",
    })),
    pids: {},
  };
}

/** The images are pulled. */
export function becomePending(task: TaskRecord): void {
  task.status = "PENDING";
  task.pulledAt = Date.now();
}

/** Its containers run. */
export function becomeRunning(task: TaskRecord): void {
  task.status = "RUNNING";
  task.startedAt = Date.now();
}

/** Makes a task stop; the first reason counts. */
export function beginToStop(task: TaskRecord, code: StopCode, reason: string): void {
  task.stop ??= { at: Date.now(), code, reason };
}

/** Nothing of it runs any more. */
export function becomeDeprovisioning(task: TaskRecord): void {
  task.status = "DEPROVISIONING";
  task.executionStoppedAt = Date.now();
  for (const container of task.containers) container.status = "STOPPED";
}

/** It has ended. */
export function becomeStopped(task: TaskRecord): void {
  task.status = "STOPPED";
  task.endedAt = Date.now();
}

/** Writes into a container's record. */
export function updateContainer(
  task: TaskRecord,
  name: string,
  update: Partial<ContainerRecord>,
): void {
  const container = task.containers.find((each) => each.name === name);
  if (container) Object.assign(container, update);
}
