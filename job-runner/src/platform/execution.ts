import type { Execution } from "@meeting-bot/core";
import { askContainerEndpoint, containerUrl } from "./container-endpoint.ts";
import type { Platform } from "./platform.ts";

/**
 * Which execution this is, as the launcher would name it. Undefined where nobody says: without it the
 * manager works as well, and an execution whose launch had no known outcome remains unnamed.
 */
export async function findExecution({
  execution,
  taskMetadataUri,
}: Platform): Promise<Execution | undefined> {
  if (execution || !taskMetadataUri) return execution;
  try {
    const task = await askContainerEndpoint(containerUrl(`${taskMetadataUri}/task`));
    return readTask(task);
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html */
function readTask(task: unknown): Execution | undefined {
  const isNamed = typeof task === "object" && task !== null && "TaskARN" in task;
  if (!isNamed || typeof task.TaskARN !== "string") return undefined;
  return { launcher: "ecs", name: task.TaskARN };
}
