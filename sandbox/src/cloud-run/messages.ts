import type { protos } from "@google-cloud/run";
import type { ContainerSpec, StartupProbe } from "../machine/container-spec.ts";
import type { Completion, ExecutionRecord, Instant } from "./execution.ts";
import type { JobSpec } from "./job-spec.ts";

type V2 = typeof protos.google.cloud.run.v2;
type ExecutionMessage = protos.google.cloud.run.v2.IExecution;
type JobMessage = protos.google.cloud.run.v2.IJob;
type TaskTemplate = protos.google.cloud.run.v2.ITaskTemplate;
type Condition = protos.google.cloud.run.v2.ICondition;
/** The loader packs an object with an `@type` into an `Any`. */
type Operation = Omit<protos.google.longrunning.IOperation, "metadata" | "response"> & {
  metadata: ExecutionMessage & { "@type": string };
  response?: ExecutionMessage & { "@type": string };
};
type State = keyof V2["Condition"]["State"];
type Reason = keyof V2["Condition"]["ExecutionReason"];

/** An execution as `google.cloud.run.v2.Execution`. */
export function executionMessage(record: ExecutionRecord): ExecutionMessage {
  const { name, uid, job, createdAt, completion, tasks } = record;
  const changedAt = completion?.at ?? createdAt;
  const count = (state: ExecutionRecord["tasks"][number]) =>
    tasks.filter((task) => task === state).length;
  return {
    name,
    uid,
    generation: 1,
    observedGeneration: 1,
    labels: job.labels,
    job: job.name,
    createTime: timestamp(createdAt),
    startTime: timestamp(createdAt),
    updateTime: timestamp(changedAt),
    ...(completion && { completionTime: timestamp(completion.at) }),
    ...(record.deletedAt && { deleteTime: timestamp(record.deletedAt) }),
    launchStage: "GA",
    parallelism: tasks.length,
    taskCount: tasks.length,
    template: taskTemplate(job),
    reconciling: completion === undefined,
    conditions: [
      { type: "Completed", ...completed(record), lastTransitionTime: timestamp(changedAt) },
      { ...started(record), lastTransitionTime: timestamp(createdAt) },
    ],
    runningCount: count("running"),
    succeededCount: count("succeeded"),
    failedCount: count("failed"),
    cancelledCount: count("cancelled"),
    retriedCount: record.retriedCount,
  };
}

/** That the containers were started, or what they failed in before. */
function started({ obstacle }: ExecutionRecord): Condition {
  if (obstacle) return { ...obstacle, state: "CONDITION_FAILED" };
  return { type: "Started", state: "CONDITION_SUCCEEDED" };
}

const FINAL: Record<Completion["state"], { state: State; executionReason?: Reason }> = {
  succeeded: { state: "CONDITION_SUCCEEDED" },
  failed: { state: "CONDITION_FAILED", executionReason: "NON_ZERO_EXIT_CODE" },
  cancelled: { state: "CONDITION_FAILED", executionReason: "CANCELLED" },
};

function completed({ completion, cancelRequested, obstacle }: ExecutionRecord): Condition {
  if (obstacle) return { state: "CONDITION_FAILED", message: obstacle.message };
  if (completion) return { ...FINAL[completion.state], message: completion.message };
  return {
    state: "CONDITION_RECONCILING",
    ...(cancelRequested && { executionReason: "CANCELLING" as const }),
  };
}

/** A job as `google.cloud.run.v2.Job`, under the full name it was asked for by. */
export function jobMessage(
  name: string,
  job: JobSpec,
  executions: readonly ExecutionRecord[],
): JobMessage {
  const latest = executions[0];
  return {
    name,
    generation: 1,
    observedGeneration: 1,
    launchStage: "GA",
    template: { labels: job.labels, taskCount: job.taskCount, template: taskTemplate(job) },
    terminalCondition: { type: "Ready", state: "CONDITION_SUCCEEDED" },
    executionCount: executions.length,
    ...(latest && {
      latestCreatedExecution: { name: latest.id, createTime: timestamp(latest.createdAt) },
    }),
  };
}

/**
 * The long-running operation of an execution. Running, cancelling and deleting one all share it: it is done
 * when the execution has ended, with an error when a task failed.
 */
export function operationMessage(record: ExecutionRecord): Operation {
  const { name, uid, completion } = record;
  const execution = {
    "@type": "type.googleapis.com/google.cloud.run.v2.Execution",
    ...executionMessage(record),
  };
  const location = name.split("/").slice(0, 4).join("/");
  return {
    name: `${location}/operations/${uid}`,
    metadata: execution,
    done: completion !== undefined,
    ...(completion?.code === 0 && { response: execution }),
    ...(completion?.code && { error: { code: completion.code, message: completion.message } }),
  };
}

function taskTemplate(job: JobSpec): TaskTemplate {
  return {
    containers: job.containers.map(containerMessage),
    volumes: job.volumes.map((name) => ({ name, emptyDir: {} })),
    maxRetries: job.maxRetries,
    timeout: { seconds: job.timeoutSeconds },
    serviceAccount: job.serviceAccount,
  };
}

function containerMessage(container: ContainerSpec): protos.google.cloud.run.v2.IContainer {
  const { env, limits, mounts, startupProbe, ...same } = container;
  return {
    ...same,
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    resources: { limits },
    volumeMounts: mounts.map(({ volume, path }) => ({ name: volume, mountPath: path })),
    ...(startupProbe && { startupProbe: probeMessage(startupProbe) }),
  };
}

function probeMessage({ port, path, ...timing }: StartupProbe): protos.google.cloud.run.v2.IProbe {
  return {
    ...timing,
    ...(path === undefined ? { tcpSocket: { port } } : { httpGet: { path, port } }),
  };
}

function timestamp(at: Instant): protos.google.protobuf.ITimestamp {
  return { seconds: Math.floor(at / 1000), nanos: (at % 1000) * 1_000_000 };
}
