import type {
  V1ContainerState,
  V1ContainerStatus,
  V1Pod,
  V1PodCondition,
  V1PodStatus,
} from "@kubernetes/client-node";
import {
  type ContainerRecord,
  type ContainerState,
  type JobRecord,
  type PodRecord,
  podSpecOf,
} from "./records.ts";

/** A pod as core/v1 Pod. */
export function podMessage(job: JobRecord, pod: PodRecord): V1Pod {
  const { name, uid, createdAt, deletedAt } = pod;
  const spec = podSpecOf(job);
  const template = job.object.spec?.template.metadata;
  const grace = spec.terminationGracePeriodSeconds;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...template,
      name,
      generateName: `${job.name}-`,
      namespace: job.namespace,
      uid,
      resourceVersion: job.object.metadata?.resourceVersion ?? "",
      creationTimestamp: new Date(createdAt),
      ...(deletedAt && {
        deletionTimestamp: new Date(deletedAt),
        deletionGracePeriodSeconds: grace,
      }),
      ...(job.orphaned ? {} : { ownerReferences: [ownerOf(job)] }),
    },
    spec: { ...spec, ...(pod.unschedulable ? {} : { nodeName: "sandbox" }) },
    status: statusOf(pod),
  };
}

function ownerOf({ name, uid }: JobRecord) {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

function statusOf(pod: PodRecord): V1PodStatus {
  const { phase, reason, message, unschedulable, createdAt } = pod;
  const before = pod.containers.filter(({ role }) => role !== "main").map(containerStatus);
  const main = pod.containers.filter(({ role }) => role === "main").map(containerStatus);
  return {
    phase,
    conditions: conditionsOf(pod),
    qosClass: "Burstable",
    ...(reason && { reason }),
    ...(message && { message }),
    ...(!unschedulable && {
      startTime: new Date(createdAt),
      ...(before.length > 0 && { initContainerStatuses: before }),
      containerStatuses: main,
    }),
  };
}

function containerStatus(container: ContainerRecord): V1ContainerStatus {
  const { name, image, role, state, last, started, restartCount } = container;
  const running = state.kind === "running";
  const done = role === "init" && state.kind === "terminated" && state.exitCode === 0;
  return {
    name,
    image,
    imageID: state.kind === "waiting" ? "" : image,
    state: stateMessage(state),
    lastState: last ? stateMessage(last) : {},
    ready: done || (running && started),
    started: running && started,
    restartCount,
  };
}

function stateMessage(state: ContainerState): V1ContainerState {
  if (state.kind === "waiting") {
    const { reason, message } = state;
    return { waiting: { reason, ...(message && { message }) } };
  }
  const startedAt = new Date(state.startedAt);
  if (state.kind === "running") return { running: { startedAt } };
  const { exitCode, reason, finishedAt } = state;
  return { terminated: { exitCode, reason, startedAt, finishedAt: new Date(finishedAt) } };
}

function conditionsOf(pod: PodRecord): V1PodCondition[] {
  const { unschedulable, disruption } = pod;
  const lastTransitionTime = new Date(pod.createdAt);
  const conditions = unschedulable
    ? [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: unschedulable }]
    : [
        ...(disruption ? [{ type: "DisruptionTarget", status: "True", ...disruption }] : []),
        { type: "Initialized", ...initialized(pod) },
        { type: "Ready", ...ready(pod) },
        { type: "ContainersReady", ...ready(pod) },
        { type: "PodScheduled", status: "True" },
      ];
  return conditions.map((condition) => ({ ...condition, lastTransitionTime }));
}

type Word = Pick<V1PodCondition, "status" | "reason" | "message">;

function initialized({ containers, phase }: PodRecord): Word {
  if (phase === "Succeeded") return { status: "True", reason: "PodCompleted" };
  const open = containers.filter(
    ({ role, state, started }) =>
      (role === "sidecar" && !started) ||
      (role === "init" && !(state.kind === "terminated" && state.exitCode === 0)),
  );
  return incomplete("ContainersNotInitialized", "incomplete", open);
}

function ready({ containers, phase }: PodRecord): Word {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const open = containers.filter(
    ({ role, state, started }) => role !== "init" && !(state.kind === "running" && started),
  );
  return incomplete("ContainersNotReady", "unready", open);
}

function incomplete(reason: string, what: string, open: ContainerRecord[]): Word {
  if (open.length === 0) return { status: "True" };
  const names = open.map(({ name }) => name).join(" ");
  return { status: "False", reason, message: `containers with ${what} status: [${names}]` };
}
