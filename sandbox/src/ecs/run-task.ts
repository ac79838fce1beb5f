import type { RunTaskRequest } from "@aws-sdk/client-ecs";
import type { Revision } from "./definitions.ts";
import { failureReasons } from "./faults.ts";
import { taskMessage } from "./messages.ts";
import { obstacles } from "./obstacles.ts";
import { applyOverrides } from "./overrides.ts";
import type { Call } from "./platform.ts";
import { type Answer, invalid, refuse } from "./protocol.ts";
import { problemsOfRunTask } from "./run-task-request.ts";
import { newTask, type TaskRecord } from "./task.ts";

/**
 * Starts tasks, or answers what the request's client token has started before. A `failures` fault places
 * none and leaves the token unused.
 */
export function runTask(call: Call<RunTaskRequest>): Answer {
  const { platform, request, cluster, fault } = call;
  const revision = platform.definitions.find(request.taskDefinition ?? "");
  if (!revision) return refuse("ClientException", "TaskDefinition not found.");
  const overridden = applyOverrides(revision.definition, request.overrides ?? {});
  const problems = [...problemsOfRunTask(request), ...(overridden.ok ? [] : overridden.problems)];
  if (!overridden.ok || problems.length > 0) return invalid(problems.join(" "));
  const repeated = platform.history.repeated(cluster, request);
  if (repeated) return answerRepeated(call, repeated);
  if (fault?.kind === "failures") return answerFailures(request, fault.reason);
  const { definition } = overridden;
  const tasks = start(call, { ...revision, definition });
  return answerTasks(call, tasks);
}

function start({ platform, request, cluster, fault }: Call<RunTaskRequest>, revision: Revision) {
  const { arn: definitionArn, definition } = revision;
  const inherited = request.propagateTags === "TASK_DEFINITION" ? definition.tags : [];
  const own = request.tags ?? [];
  const tags = [...inherited.filter(({ key }) => !own.some((tag) => tag.key === key)), ...own];
  const plan = { cluster, definitionArn, definition, request, tags };
  const tasks = Array.from({ length: request.count ?? 1 }, () => newTask(platform.realm, plan));
  platform.history.add(cluster, request, tasks);
  const obstacle = fault?.kind === "obstacle" ? obstacles[fault.obstacle] : undefined;
  for (const task of tasks) platform.runner.start(task, obstacle);
  return tasks;
}

function answerRepeated(
  call: Call<RunTaskRequest>,
  { same, tasks }: { same: boolean; tasks: TaskRecord[] },
): Answer {
  if (same) return answerTasks(call, tasks);
  return refuse(
    "ConflictException",
    "The clientToken is already in use with a different RunTask request.",
    { resourceIds: tasks.map(({ arn }) => arn) },
  );
}

function answerFailures(
  { count = 1 }: RunTaskRequest,
  reason: keyof typeof failureReasons,
): Answer {
  const failure = { reason: failureReasons[reason] };
  return { ok: true, value: { tasks: [], failures: Array(count).fill(failure) } };
}

function answerTasks({ platform }: Call<RunTaskRequest>, tasks: TaskRecord[]): Answer {
  const messages = tasks.map((task) => taskMessage(task, platform.realm, true));
  return { ok: true, value: { tasks: messages, failures: [] } };
}
