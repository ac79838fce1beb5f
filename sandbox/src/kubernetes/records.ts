import { randomUUID } from "node:crypto";
import type { V1Container, V1Job, V1PodSpec } from "@kubernetes/client-node";
import type { Instant } from "./admission.ts";
import { generateName } from "./names.ts";

/** How a container's process ended. */
export type Terminated = {
  kind: "terminated";
  exitCode: number;
  reason: "Completed" | "Error" | "OOMKilled";
  startedAt: Instant;
  finishedAt: Instant;
};

/** What a container does, as the kubelet reports it. */
export type ContainerState =
  | { kind: "waiting"; reason: string; message?: string }
  | { kind: "running"; startedAt: Instant }
  | Terminated;

/**
 * One container of a pod. `init` ones run one after the other before the `main` ones; a `sidecar` is an init
 * container that goes on beside them.
 */
export type ContainerRecord = {
  name: string;
  image: string;
  role: "init" | "sidecar" | "main";
  state: ContainerState;
  last?: Terminated;
  /** What has killed its process, or is about to. */
  killedBy?: "OOMKilled";
  /** It has passed its startup probe, or runs and has none. */
  started: boolean;
  restartCount: number;
};

/** One pod of a job; it changes until its phase is Succeeded or Failed, or it is gone. */
export type PodRecord = {
  name: string;
  uid: string;
  createdAt: Instant;
  /** In the order in which they start. */
  containers: ContainerRecord[];
  phase: "Pending" | "Running" | "Succeeded" | "Failed";
  /** Of the pod as a whole, such as `Evicted`. */
  reason?: string;
  message?: string;
  /** Why no node took it. */
  unschedulable?: string;
  /** The condition DisruptionTarget: the platform ended it. */
  disruption?: { reason: string; message: string };
  /** Somebody asked for its end. */
  deletedAt?: Instant;
  /** The object does not exist any more. */
  gone: boolean;
};

/** How a job ended: the reason and message of its last condition, or that it was deleted before. */
export type Ended = {
  at: Instant;
  state: "complete" | "failed" | "deleted";
  reason: string;
  message: string;
};

/** Everything there is to know about one job; it changes until `ended` is there and its pods are at rest. */
export type JobRecord = {
  namespace: string;
  name: string;
  uid: string;
  /** The Job as it was accepted, with defaults. */
  object: V1Job;
  createdAt: Instant;
  /** Oldest first. */
  pods: PodRecord[];
  /** Pods that failed and count against `backoffLimit`. */
  failed: number;
  /** Decided, while its pods still end. */
  ending?: Ended;
  ended?: Ended;
  /** Its deletion was asked for, and waits for its pods. */
  deletedAt?: Instant;
  /** The object does not exist any more. */
  gone: boolean;
  /** Its pods outlive it. */
  orphaned: boolean;
  /** Process ids of the containers, by name (of the last start). */
  pids: Record<string, number>;
};

/** The specification of a job's pods. */
export function podSpecOf({ object }: JobRecord): V1PodSpec {
  return object.spec?.template.spec ?? { containers: [] };
}

/** A job that has just been accepted. */
export function newJob(object: V1Job, createdAt: Instant): JobRecord {
  const { namespace = "", name = "", uid = "" } = object.metadata ?? {};
  return {
    namespace,
    name,
    uid,
    object,
    createdAt,
    pods: [],
    failed: 0,
    gone: false,
    orphaned: false,
    pids: {},
  };
}

/** A pod of a job, of which nothing has started. */
export function newPod(job: JobRecord): PodRecord {
  const { containers, initContainers = [] } = podSpecOf(job);
  return {
    name: generateName(`${job.name}-`),
    uid: randomUUID(),
    createdAt: Date.now(),
    containers: [
      ...initContainers.map((container) =>
        newContainer(container, container.restartPolicy === "Always" ? "sidecar" : "init"),
      ),
      ...containers.map((container) => newContainer(container, "main")),
    ],
    phase: "Pending",
    gone: false,
  };
}

function newContainer(container: V1Container, role: ContainerRecord["role"]): ContainerRecord {
  const { name, image = "" } = container;
  const state: ContainerState = { kind: "waiting", reason: "PodInitializing" };
  return { name, image, role, state, started: false, restartCount: 0 };
}
