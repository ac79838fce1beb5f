import type { RunningExecution } from "@meeting-bot/core";
import { executionNameOf, readAnnotations, tokenOf } from "./identity.ts";
import { isFinished, type ObservedJob } from "./observed.ts";

/**
 * A listed Job as an execution of `scope` that has not ended; undefined for every other one, also for one
 * whose scope has the same digest, and for one that somebody made by hand.
 */
export function readRunning(job: ObservedJob, scope: string): RunningExecution | undefined {
  const { name = "", namespace = "", annotations, creationTimestamp } = job.metadata ?? {};
  const { scope: found, instanceId } = readAnnotations(annotations);
  const token = tokenOf(name);
  if (isFinished(job) || found !== scope || !instanceId || !token) return undefined;
  const execution = { launcher: "gke", name: executionNameOf({ namespace, name }) };
  return { execution, instanceId, token, startedAt: creationTimestamp?.getTime() ?? 0 };
}
