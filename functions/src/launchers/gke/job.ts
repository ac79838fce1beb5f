import type { LaunchRequest } from "@meeting-bot/core";
import { botContainer, MANAGER, managerContainer, SCRATCH, SHARED_MEMORY } from "./containers.ts";
import { annotationsOf, executionNameOf, jobNameOf, labelsOf } from "./identity.ts";
import type { GkeValues } from "./settings.ts";

/** What shapes every Job alike. */
export interface JobShape
  extends Pick<
    GkeValues,
    | "namespace"
    | "serviceAccount"
    | "managerImage"
    | "managerSecrets"
    | "botImage"
    | "scratchSize"
    | "storageClass"
    | "nodeEnvironment"
  > {
  /** How long a pod may wait for a node: when it starts later, its claim has run out. */
  nodeWaitSeconds: number;
}

/**
 * How the manager ends when it has nothing left to do (job-runner/src/exit-codes.ts): it failed and has said
 * why, cannot work with its environment, has lost its lease, met a defect of its own. A pod in its place would
 * find its claim superseded, exit with 0 and make a failure look like a success.
 */
export const FATAL_EXIT_CODES: readonly number[] = [1, 2, 3, 70];

/**
 * How long a Job that has ended is kept, with its pods and their disks: the sweep asks about one within three
 * minutes, and until they are deleted the disks are paid for and count against the quota.
 */
const KEPT_SECONDS = 15 * 60;

/** The manager stores the part at hand and gives its lease back; the bot needs five seconds after that. */
const GRACE_SECONDS = 60;

/**
 * The Job of one launch, complete: no other object has to be created for it, so that a creation that fails
 * leaves nothing behind. (The disk's claim belongs to the pod, which Kubernetes makes later and deletes with
 * the Job.)
 */
export function toJob(request: LaunchRequest, shape: JobShape) {
  const { instance, token, environment, timeoutSeconds } = request;
  const { namespace, nodeWaitSeconds } = shape;
  const name = jobNameOf(token);
  const executionName = executionNameOf({ namespace, name });
  const scope = environment["BOT_SCOPE"] ?? "";
  const labels = labelsOf(instance.id, scope);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels, annotations: annotationsOf(instance.id, scope) },
    spec: {
      parallelism: 1,
      completions: 1,
      // The lease decides about another attempt, which needs a token of its own.
      backoffLimit: 0,
      podReplacementPolicy: "Failed",
      podFailurePolicy: POD_FAILURE_POLICY,
      // Counts from the creation of the Job, not from the start of its containers.
      activeDeadlineSeconds: timeoutSeconds + nodeWaitSeconds,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: {
        metadata: { labels, annotations: POD_ANNOTATIONS },
        spec: podSpec(request, shape, executionName),
      },
    },
  };
}

/** The first rule that fits counts: a manager that had its last word is not followed by another. */
const POD_FAILURE_POLICY = {
  rules: [
    {
      action: "FailJob",
      onExitCodes: { containerName: MANAGER, operator: "In", values: [...FATAL_EXIT_CODES] },
    },
    // A pod that lost its node before it started its work is replaced. So is one that lost it later: the
    // manager in its place finds its claim taken, and exits without touching the meeting.
    { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
  ],
};

/** Neither scaling down nor, for seven days, an upgrade of Autopilot moves a recording. */
const POD_ANNOTATIONS = { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" };

function podSpec(request: LaunchRequest, shape: JobShape, executionName: string) {
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: GRACE_SECONDS,
    serviceAccountName: shape.serviceAccount,
    // The containers ask Google's APIs, by Workload Identity, and never Kubernetes'.
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      // Both containers, of two users, write to the scratch volume.
      fsGroup: 1000,
      seccompProfile: { type: "RuntimeDefault" },
    },
    initContainers: [botContainer(request, shape)],
    containers: [managerContainer(request, shape, executionName)],
    volumes: [
      { name: SCRATCH, ephemeral: { volumeClaimTemplate: { spec: claimSpec(shape) } } },
      { name: SHARED_MEMORY, emptyDir: { medium: "Memory", sizeLimit: "2Gi" } },
    ],
  };
}

/** A disk of its own, since Autopilot lends a pod 10 GiB of its node's at most. */
function claimSpec({ scratchSize, storageClass }: JobShape) {
  return {
    accessModes: ["ReadWriteOnce"],
    ...(storageClass && { storageClassName: storageClass }),
    resources: { requests: { storage: scratchSize } },
  };
}
