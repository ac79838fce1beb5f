import { BOT_INSTANCES, type RunningExecution } from "@meeting-bot/core";
import { MANAGER_CONTAINER } from "./overrides.ts";
import { describeTask } from "./task-arn.ts";

/** The part of ECS's `Task` that is read here. */
export interface ListedTask {
  taskArn?: string | undefined;
  lastStatus?: string | undefined;
  /** When ECS accepted it. */
  createdAt?: Date | undefined;
  overrides?: { containerOverrides?: readonly ContainerOverride[] | undefined } | undefined;
}

interface ContainerOverride {
  name?: string | undefined;
  environment?: readonly { name?: string | undefined; value?: string | undefined }[] | undefined;
}

const INSTANCE_PATH = new RegExp(`^${BOT_INSTANCES}/([^/]+)$`);

/** Whether nothing of a task is left. While it is DEPROVISIONING its address is still being given back. */
export function hasEnded({ lastStatus }: ListedTask): boolean {
  return lastStatus === "STOPPED" || lastStatus === "DELETED";
}

/**
 * A listed task as one of `scope` that has not ended, by what its launch gave the manager; undefined for
 * every other one, also for one that somebody ran by hand.
 */
export function readRunning(task: ListedTask, scope: string): RunningExecution | undefined {
  if (hasEnded(task) || !task.taskArn) return undefined;
  const manager = task.overrides?.containerOverrides?.find(
    ({ name }) => name === MANAGER_CONTAINER,
  );
  const env = new Map(manager?.environment?.map(({ name, value }) => [name, value]));
  const [, instanceId] = INSTANCE_PATH.exec(env.get("BOT_INSTANCE_PATH") ?? "") ?? [];
  const token = env.get("CLAIM_TOKEN");
  if (env.get("BOT_SCOPE") !== scope || !instanceId || !token) return undefined;
  const startedAt = task.createdAt?.getTime() ?? 0;
  return { execution: describeTask(task.taskArn), instanceId, token, startedAt };
}
