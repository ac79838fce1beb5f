import { randomBytes } from "node:crypto";
import type { History } from "./history.ts";
import { json, plain, type Received, type Reply } from "./http.ts";
import { desiredStatusOf } from "./messages.ts";
import type { RoleKeys } from "./role-keys.ts";
import type { ContainerRecord, Instant, TaskRecord } from "./task.ts";

/** How long a task's credentials are good: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html */
const CREDENTIALS_MS = 6 * 3_600_000;

const METADATA = /^\/v4\/([0-9a-f]{32}-\d+)(\/task)?$/;
const CREDENTIALS = /^\/v2\/credentials\/([0-9a-f]{32})$/;

/**
 * What Fargate adds to a container's environment. The credentials' endpoint is given by its full URI, since
 * a relative one is below 169.254.170.2; and only to a task that has a role.
 */
export function fargateEnvironment(
  task: TaskRecord,
  containerName: string,
  url: string,
  region: string,
): Record<string, string> {
  const container = task.containers.find(({ name }) => name === containerName);
  return {
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
    AWS_REGION: region,
    ECS_CONTAINER_METADATA_URI_V4: `${url}/v4/${container?.runtimeId}`,
    ...(task.definition.taskRoleArn && {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v2/credentials/${task.id}`,
    }),
  };
}

/** Answers what a task's containers ask its agent. */
export function answerContainer(
  { method, path }: Received,
  history: History,
  region: string,
  keys: RoleKeys,
): Reply {
  const [, runtimeId, ofTask] = METADATA.exec(path) ?? [];
  const [, taskId] = CREDENTIALS.exec(path) ?? [];
  const task = history
    .all()
    .find(({ id, containers }) =>
      runtimeId ? containers.some((each) => each.runtimeId === runtimeId) : id === taskId,
    );
  if (method !== "GET" || !task) return plain(404, "404 page not found");
  if (taskId) return credentialsOf(task, keys);
  const container = task.containers.find((each) => each.runtimeId === runtimeId);
  if (ofTask || !container) return json(taskMetadata(task, region));
  return json(containerMetadata(container, task));
}

/** The shape that the SDKs' container credential providers read; the token is made for each answer. */
function credentialsOf({ definition }: TaskRecord, keys: RoleKeys): Reply {
  if (!definition.taskRoleArn) return plain(404, "The task has no role.");
  return json({
    RoleArn: definition.taskRoleArn,
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    Token: randomBytes(48).toString("base64"),
    Expiration: new Date(Date.now() + CREDENTIALS_MS).toISOString(),
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html */
function taskMetadata(task: TaskRecord, region: string): object {
  const { definition } = task;
  return {
    Cluster: task.clusterArn,
    TaskARN: task.arn,
    Family: definition.family,
    Revision: task.definitionArn.split(":").at(-1),
    DesiredStatus: desiredStatusOf(task),
    KnownStatus: task.status,
    Limits: { CPU: definition.cpu / 1024, Memory: definition.memory },
    PullStartedAt: iso(task.createdAt),
    PullStoppedAt: iso(task.pulledAt),
    AvailabilityZone: `${region}a`,
    LaunchType: "FARGATE",
    Containers: task.containers.map((container) => containerMetadata(container, task)),
  };
}

function containerMetadata(container: ContainerRecord, task: TaskRecord): object {
  return {
    DockerId: container.runtimeId,
    Name: container.name,
    DockerName: container.name,
    Image: container.image,
    Labels: {
      "com.amazonaws.ecs.cluster": task.clusterArn,
      "com.amazonaws.ecs.container-name": container.name,
      "com.amazonaws.ecs.task-arn": task.arn,
      "com.amazonaws.ecs.task-definition-family": task.definition.family,
      "com.amazonaws.ecs.task-definition-version": task.definitionArn.split(":").at(-1),
    },
    DesiredStatus: desiredStatusOf(task),
    KnownStatus: container.status,
    Limits: { CPU: 2 },
    CreatedAt: iso(task.createdAt),
    StartedAt: iso(task.startedAt),
    Type: "NORMAL",
    ContainerARN: container.arn,
  };
}

function iso(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}
