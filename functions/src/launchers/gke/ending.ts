import type { Verdict } from "@meeting-bot/core";
import {
  type Condition,
  containersOf,
  endOf,
  hasStarted,
  holds,
  newestOf,
  type ObservedContainer,
  type ObservedJob,
  type ObservedPod,
} from "./observed.ts";
import { findObstacle, type Look, noNode, type Obstacle, stuckContainer } from "./obstacle.ts";

type Ended = Extract<Verdict, { state: "ended" }>;
type Told = Pick<Obstacle, "words" | "message">;

/** What the kubelet and the node controllers say of a pod that they ended (`status.reason`). */
const POD_REASONS: Readonly<Record<string, string>> = {
  Evicted: "its pod was evicted by its node",
  NodeLost: "its node was lost",
  NodeShutdown: "its node was shut down",
  Preempting: "its pod made way for a more important one",
  Shutdown: "its node was shut down",
  Terminated: "its node was shut down",
};

/** Who took a pod away (the reasons of the condition `DisruptionTarget`). */
const DISRUPTIONS: Readonly<Record<string, string>> = {
  DeletionByPodGC: "its node was lost",
  DeletionByTaintManager: "its node became unfit",
  EvictionByEvictionAPI: "its node was drained",
  PreemptionByScheduler: "its pod made way for a more important one",
  TerminationByKubelet: "its node was shut down or ran out of memory or disk",
};

/**
 * What became of a Job, by what Kubernetes tells of it and of its pods; without a Job when there is none.
 * A pod that is left runs: it has up to a minute to end after its Job was deleted or given up.
 */
export function judge(
  job: ObservedJob | undefined,
  pods: readonly ObservedPod[],
  look: Look,
): Verdict {
  const end = job && endOf(job);
  if (job && !end) return judgeUnfinished(findObstacle(job, pods, look), pods);
  if (pods.some(({ status }) => status?.phase === "Running")) return { state: "running" };
  return end ? explainEnding(end, pods) : { state: "not-found" };
}

function judgeUnfinished(obstacle: Obstacle | undefined, pods: readonly ObservedPod[]): Verdict {
  if (!obstacle) return { state: "running" };
  return { state: "ended", reason: told(obstacle), ...neverRan(pods, obstacle) };
}

function explainEnding(end: Condition, pods: readonly ObservedPod[]): Ended {
  if (end.type === "Complete") return { state: "ended", reason: "it ended as if all were well" };
  const pod = newestOf(pods);
  const obstacle = pod && !hasStarted(pod) ? (stuckContainer(pod) ?? noNode(pod)) : undefined;
  const cause = obstacle ?? timeOut(end) ?? (pod && podCause(pod)) ?? { words: "it failed" };
  const reason = told({ ...cause, message: cause.message || end.message });
  // Of a Job whose pods were deleted, nobody can say what they have done.
  return { state: "ended", reason, ...(pod && neverRan(pods, obstacle)) };
}

/** An execution of which a pod has started its work has run, whatever kept the next pod from it. */
function neverRan(
  pods: readonly ObservedPod[],
  { needsOperator = false }: Partial<Obstacle> = {},
): Pick<Ended, "neverRan"> {
  return pods.some(hasStarted) ? {} : { neverRan: { needsOperator } };
}

function timeOut({ reason }: Condition): Told | undefined {
  return reason === "DeadlineExceeded" ? { words: "it reached its time-out" } : undefined;
}

/** The first that is known counts: what happened to the pod explains what its containers exited with. */
function podCause(pod: ObservedPod): Told | undefined {
  return byPodReason(pod) ?? byDisruption(pod) ?? byTermination(pod);
}

function byPodReason({ status }: ObservedPod): Told | undefined {
  const words = POD_REASONS[status?.reason ?? ""];
  return words ? { words, message: status?.message } : undefined;
}

function byDisruption({ status }: ObservedPod): Told | undefined {
  const found = status?.conditions?.find(
    (condition) => condition.type === "DisruptionTarget" && holds(condition),
  );
  if (!found) return undefined;
  const words = DISRUPTIONS[found.reason ?? ""] ?? "its pod was taken away";
  return { words, message: found.message };
}

function byTermination(pod: ObservedPod): Told | undefined {
  for (const container of containersOf(pod)) {
    const words = termination(container);
    if (words) return { words, message: container.state?.terminated?.message };
  }
  return undefined;
}

function termination({ name, state }: ObservedContainer): string | undefined {
  const { exitCode = 0, reason } = state?.terminated ?? {};
  if (reason === "OOMKilled") return `the container ${name} ran out of memory`;
  if (exitCode === 137) return `the container ${name} was killed`;
  return exitCode === 0 ? undefined : `the container ${name} failed with exit code ${exitCode}`;
}

/** Our words, with the platform's own. */
function told({ words, message }: Told): string {
  return message ? `${words} (${message})` : words;
}
