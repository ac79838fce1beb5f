import { BOT_INSTANCES, type Instant, type RunningExecution, SECOND } from "@meeting-bot/core";

/** The part of Cloud Run's `Execution` that is read here. */
export interface ListedExecution {
  name?: string | null;
  createTime?: { seconds?: unknown } | null;
  /** Set once the execution has ended. */
  completionTime?: unknown;
  template?: { containers?: readonly ListedContainer[] | null } | null;
}

interface ListedContainer {
  name?: string | null;
  env?: readonly { name?: string | null; value?: string | null }[] | null;
}

const INSTANCE_PATH = new RegExp(`^${BOT_INSTANCES}/([^/]+)$`);

/** When Cloud Run accepted an execution. */
export function createdAt({ createTime }: ListedExecution): Instant {
  return Number(createTime?.seconds ?? 0) * SECOND;
}

/**
 * A listed execution as one of `scope` that has not ended, by what its launch gave the container
 * `manager`; undefined for every other one, also for one that somebody ran by hand.
 */
export function readRunning(
  listed: ListedExecution,
  scope: string,
  manager: string,
): RunningExecution | undefined {
  if (listed.completionTime || !listed.name) return undefined;
  const container = listed.template?.containers?.find(({ name }) => name === manager);
  const env = new Map(container?.env?.map(({ name, value }) => [name, value]));
  const [, instanceId] = INSTANCE_PATH.exec(env.get("BOT_INSTANCE_PATH") ?? "") ?? [];
  const token = env.get("CLAIM_TOKEN");
  if (env.get("BOT_SCOPE") !== scope || !instanceId || !token) return undefined;
  const execution = { launcher: "cloud-run", name: listed.name };
  return { execution, instanceId, token, startedAt: createdAt(listed) };
}
