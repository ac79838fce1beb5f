import type { ContainerRecord, PodRecord } from "./records.ts";

/** A pod that it befalls never starts. */
type Block = { kind: "blocked"; apply: (pod: PodRecord) => void };

/** As soon as its first main container runs, a pod loses that one, or all of them, by SIGKILL. */
export type Strike = { kind: "struck"; kills: "main" | "all"; apply: (pod: PodRecord) => void };

/** What befalls a pod; `apply` writes it down in the pod's record. */
export type Obstacle = Block | Strike;

/** Each obstacle leaves the words that a scheduler, a kubelet or the pod collector of a cluster writes. */
export const obstacles = {
  "image-pull-back-off": {
    kind: "blocked",
    apply: ({ containers }) => backOffPulling(containers[0]),
  },
  unschedulable: { kind: "blocked", apply: leaveUnscheduled },
  "oom-killed": { kind: "struck", kills: "main", apply: runOutOfMemory },
  evicted: { kind: "struck", kills: "all", apply: evict },
  "node-lost": { kind: "struck", kills: "all", apply: loseNode },
} as const satisfies Record<string, Obstacle>;

/** What becomes of a container whose image cannot be pulled. */
export function backOffPulling(container: ContainerRecord | undefined): void {
  if (container === undefined) return;
  const { image } = container;
  const why = `failed to resolve reference "${image}": not found`;
  const message = `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = ${why}`;
  container.state = { kind: "waiting", reason: "ImagePullBackOff", message };
}

function leaveUnscheduled(pod: PodRecord): void {
  pod.unschedulable =
    "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.";
}

function runOutOfMemory({ containers }: PodRecord): void {
  const main = containers.find(({ role }) => role === "main");
  if (main) main.killedBy = "OOMKilled";
}

function evict(pod: PodRecord): void {
  const message =
    "The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 512Mi. ";
  pod.reason = "Evicted";
  pod.message = message;
  pod.disruption = { reason: "TerminationByKubelet", message };
}

/** The object vanishes with its node. */
function loseNode(pod: PodRecord): void {
  pod.disruption = { reason: "DeletionByPodGC", message: "PodGC: node no longer exists" };
  pod.gone = true;
}
