import type { Task } from "./task-request.ts";

/**
 * POSTs a task to its function with the headers of Cloud Tasks. Resolves with true on a 2xx; with
 * false on any other answer, none at all, or none within the task's deadline.
 */
export async function deliverTask(
  task: Task,
  attempt: number,
  queueName: string,
  functionsUrl: string,
): Promise<boolean> {
  const headers = {
    ...task.headers,
    "X-CloudTasks-QueueName": queueName,
    "X-CloudTasks-TaskName": task.id,
    "X-CloudTasks-TaskRetryCount": String(attempt - 1),
    "X-CloudTasks-TaskExecutionCount": String(attempt - 1),
    "X-CloudTasks-TaskETA": String(task.scheduledAt / 1000),
  };
  const signal = AbortSignal.timeout(task.deadlineMs);
  const request = { method: "POST", headers, body: task.body, signal };
  const response = await fetch(new URL(task.url, functionsUrl), request).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok ?? false;
}
