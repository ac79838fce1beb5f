import type {
  V1PodFailurePolicyOnPodConditionsPattern,
  V1PodFailurePolicyRule,
} from "@kubernetes/client-node";
import type { ContainerRecord, JobRecord, PodRecord } from "./records.ts";

/** What the job controller does once a pod has ended. */
export type Verdict =
  | { kind: "complete"; reason: "CompletionsReached"; message: string }
  | { kind: "failed"; reason: "BackoffLimitExceeded" | "PodFailurePolicy"; message: string }
  /** Another pod is started; `counts` against the limit of failures, or not. */
  | { kind: "again"; counts: boolean };

/** Judges the pod that a job's run has just ended with, by the pod failure policy and the back-off limit. */
export function verdictOn(job: JobRecord, pod: PodRecord): Verdict {
  if (pod.phase === "Succeeded") {
    const message = "Reached expected number of succeeded pods";
    return { kind: "complete", reason: "CompletionsReached", message };
  }
  const { backoffLimit = 6, podFailurePolicy } = job.object.spec ?? {};
  for (const [index, rule] of (podFailurePolicy?.rules ?? []).entries()) {
    const match = matches(rule, job, pod);
    if (match === undefined || rule.action === "Count") continue;
    if (rule.action === "Ignore") return { kind: "again", counts: false };
    const message = `${match} matching FailJob rule at index ${index}`;
    return { kind: "failed", reason: "PodFailurePolicy", message };
  }
  if (job.failed < backoffLimit) return { kind: "again", counts: true };
  const message = "Job has reached the specified backoff limit";
  return { kind: "failed", reason: "BackoffLimitExceeded", message };
}

/** What of the pod a rule matches, in the controller's words. */
function matches(rule: V1PodFailurePolicyRule, job: JobRecord, pod: PodRecord): string | undefined {
  const where = `pod ${job.namespace}/${pod.name}`;
  const codes = rule.onExitCodes;
  if (codes === undefined) {
    const condition = (rule.onPodConditions ?? []).find((pattern) => has(pod, pattern));
    return condition && `Pod ${where.slice(4)} has condition ${condition.type}`;
  }
  const { containerName, operator, values } = codes;
  // Sidecars count as well, after all others.
  const mainFirst = pod.containers.toSorted((a, b) => rank(a) - rank(b));
  for (const { name, state } of mainFirst) {
    if (containerName !== undefined && name !== containerName) continue;
    if (state.kind !== "terminated" || state.exitCode === 0) continue;
    if (values.includes(state.exitCode) !== (operator === "In")) continue;
    return `Container ${name} for ${where} failed with exit code ${state.exitCode}`;
  }
  return undefined;
}

function rank({ role }: ContainerRecord): number {
  return role === "main" ? 0 : 1;
}

function has(pod: PodRecord, pattern: V1PodFailurePolicyOnPodConditionsPattern): boolean {
  const disrupted = pod.disruption !== undefined;
  const status = pattern.status ?? "True";
  return pattern.type === "DisruptionTarget" && disrupted && status === "True";
}
