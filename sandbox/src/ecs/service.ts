import {
  DescribeTasksRequest$,
  type ListTasksRequest,
  ListTasksRequest$,
  RunTaskRequest$,
  StopTaskRequest$,
} from "@aws-sdk/client-ecs";
import { withoutArn } from "./arns.ts";
import type { Fault } from "./faults.ts";
import { desiredStatusOf, taskMessage } from "./messages.ts";
import type { Call, Platform } from "./platform.ts";
import { type Answer, invalid, type Operation, refuse } from "./protocol.ts";
import { runTask } from "./run-task.ts";
import { problemsOfShape } from "./shape.ts";
import { resolveTask } from "./task-reference.ts";

const MAX_DESCRIBED = 100;
const MAX_LISTED = 100;

/** Filters of ListTasks that cannot go with `startedBy`. */
const OTHER_FILTERS = [
  "containerInstance",
  "daemonName",
  "family",
  "launchType",
  "serviceName",
] as const;

/** The operations, each with the shape of its input in the service's model. */
const SERVED = {
  RunTask: { shape: RunTaskRequest$, serve: runTask },
  DescribeTasks: { shape: DescribeTasksRequest$, serve: describeTasks },
  ListTasks: { shape: ListTasksRequest$, serve: listTasks },
  StopTask: { shape: StopTaskRequest$, serve: stopTask },
} as const;

/** Serves one call, whose input is still unchecked, with the fault that befalls it. */
export function serve(
  platform: Platform,
  operation: Operation,
  input: unknown,
  fault?: Fault,
): Answer {
  const { shape, serve } = SERVED[operation];
  const problems = problemsOfShape(shape, input);
  if (problems.length > 0) return invalid(`Invalid input: ${problems.join("; ")}`);
  // The shape has just been checked to be that of the operation's input.
  const request = input as never;
  const { cluster = "default" } = request as { cluster?: string };
  const name = withoutArn(platform.realm, "cluster", cluster);
  if (!platform.clusters.includes(name)) {
    return refuse("ClusterNotFoundException", "Cluster not found.");
  }
  return serve({ platform, request, cluster: name, fault });
}

function describeTasks({
  platform,
  request,
  cluster,
}: Call<{ tasks: string[]; include?: string[] }>): Answer {
  const { realm, history } = platform;
  const { tasks, include = [] } = request;
  if (tasks.length === 0) return invalid("Tasks cannot be empty.");
  if (tasks.length > MAX_DESCRIBED) {
    return invalid(`Tasks cannot have more than ${MAX_DESCRIBED} elements.`);
  }
  const arns = tasks.map((task) => resolveTask(realm, cluster, task));
  const refusal = arns.find((resolved) => !resolved.ok);
  if (refusal) return refusal;
  const asked = arns.flatMap((resolved) => (resolved.ok ? [resolved.arn] : []));
  const found = asked.flatMap((arn) => history.find(arn) ?? []);
  return {
    ok: true,
    value: {
      tasks: found.map((task) => taskMessage(task, realm, include.includes("TAGS"))),
      failures: asked
        .filter((arn) => !found.some((task) => task.arn === arn))
        .map((arn) => ({ arn, reason: "MISSING" })),
    },
  };
}

function listTasks({ platform, request, cluster }: Call<ListTasksRequest>): Answer {
  const { startedBy, desiredStatus = "RUNNING", family, maxResults = MAX_LISTED } = request;
  if (startedBy !== undefined && OTHER_FILTERS.some((name) => request[name] !== undefined)) {
    return invalid("startedBy must be the only filter that is used.");
  }
  if (!["RUNNING", "PENDING", "STOPPED"].includes(desiredStatus)) {
    return invalid(`desiredStatus cannot be '${desiredStatus}'.`);
  }
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > MAX_LISTED) {
    return invalid(`maxResults must be between 1 and ${MAX_LISTED}.`);
  }
  const page = platform.history.page(
    (task) =>
      task.cluster === cluster &&
      desiredStatusOf(task) === desiredStatus &&
      (startedBy === undefined || task.request.startedBy === startedBy) &&
      (family === undefined || task.definition.family === family),
    maxResults,
    request.nextToken,
  );
  if (!page) return invalid("Invalid token.");
  const { tasks, nextToken } = page;
  return { ok: true, value: { taskArns: tasks.map(({ arn }) => arn), nextToken } };
}

function stopTask({ platform, request, cluster }: Call<{ task: string; reason?: string }>): Answer {
  const { realm, history, runner } = platform;
  const resolved = resolveTask(realm, cluster, request.task);
  if (!resolved.ok) return resolved;
  const task = history.find(resolved.arn);
  if (!task) return invalid("The referenced task was not found.");
  runner.stop(task, request.reason ?? "Task stopped by user");
  return { ok: true, value: { task: taskMessage(task, realm, true) } };
}
