import type { V1Job, V1JobCondition, V1JobStatus } from "@kubernetes/client-node";
import type { Ended, JobRecord, PodRecord } from "./records.ts";

/** A job as batch/v1 Job. */
export function jobMessage(job: JobRecord): V1Job {
  const { object, deletedAt } = job;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(deletedAt && {
        deletionTimestamp: new Date(deletedAt),
        finalizers: ["foregroundDeletion"],
      }),
    },
    status: statusOf(job),
  };
}

function statusOf({ createdAt, pods, failed, ending, ended }: JobRecord): V1JobStatus {
  const active = pods.filter((pod) => isActive(pod) && !pod.deletedAt).length;
  const terminating = pods.filter((pod) => isActive(pod) && pod.deletedAt).length;
  const complete = ended?.state === "complete";
  const conditions = ending ? conditionsOf(ending, ended !== undefined) : [];
  return {
    startTime: new Date(createdAt),
    ...(active > 0 && { active }),
    ready: pods.filter(isReady).length,
    terminating,
    ...(complete && { succeeded: 1, completionTime: new Date(ended.at) }),
    ...(failed > 0 && { failed }),
    uncountedTerminatedPods: {},
    ...(conditions.length > 0 && { conditions }),
  };
}

function isActive({ phase, gone }: PodRecord): boolean {
  return !gone && (phase === "Pending" || phase === "Running");
}

function isReady(pod: PodRecord): boolean {
  const going = pod.containers.filter(({ role }) => role !== "init");
  return pod.phase === "Running" && !pod.gone && going.every(({ started }) => started);
}

/** The verdict first, and the final condition beside it once no pod of the job is left. */
function conditionsOf({ at, state, reason, message }: Ended, final: boolean): V1JobCondition[] {
  const complete = state === "complete";
  const types = complete ? ["SuccessCriteriaMet", "Complete"] : ["FailureTarget", "Failed"];
  const time = new Date(at);
  return types.slice(0, final ? 2 : 1).map((type) => ({
    type,
    status: "True",
    reason,
    message,
    lastProbeTime: time,
    lastTransitionTime: time,
  }));
}
