import { type Instant, SECOND } from "@meeting-bot/core";
import {
  containersOf,
  hasStarted,
  holds,
  newestOf,
  type ObservedContainer,
  type ObservedJob,
  type ObservedPod,
  ran,
} from "./observed.ts";

/** What keeps a Job's manager from starting. */
export interface Obstacle {
  words: string;
  /** The kubelet's or the scheduler's own. */
  message?: string | undefined;
  /** Whether no other launch succeeds until an operator has mended something. */
  needsOperator: boolean;
}

/** When a Job is looked at, and how long a pod may wait for a node. */
export interface Look {
  now: Instant;
  nodeWaitSeconds: number;
}

type Waiting = (container: string, message: string) => Omit<Obstacle, "message"> | undefined;

const unreadable: Waiting = (container, message) => ({
  words: `the image of the container ${container} cannot be pulled; push it, let the nodes' service account read it, or correct MANAGER_IMAGE or MEETING_BOT_IMAGE`,
  needsOperator: !MAY_PASS.test(message),
});

/** A registry's trouble that goes by: what it says of an image that is missing or forbidden is different. */
const MAY_PASS =
  /time(?:d )?-?out|deadline exceeded|connection (?:refused|reset)|\bEOF\b|too ?many ?requests|\b(?:429|50[0234])\b/i;

/** The kubelet's words for a container that waits, and what they mean. */
const WAITING: Readonly<Record<string, Waiting>> = {
  InvalidImageName: (container) => ({
    words: `the name of the image of the container ${container} is not one; correct MANAGER_IMAGE or MEETING_BOT_IMAGE`,
    needsOperator: true,
  }),
  // The kubelet tries again at once, and says ImagePullBackOff when that fails, too.
  ErrImagePull: (container, message) =>
    MAY_PASS.test(message) ? undefined : unreadable(container, message),
  // Kubernetes goes on trying until the Job's deadline, and calls that running. A meeting does not wait so long:
  // who asks does so when the time for a start is over, and a pod that starts after that finds its claim
  // superseded. The Job itself is met by reconciling, which deletes it.
  ImagePullBackOff: unreadable,
  CreateContainerConfigError: (container) => ({
    words: `the container ${container} cannot be configured`,
    needsOperator: true,
  }),
  CreateContainerError: (container) => ({
    words: `the container ${container} cannot be created`,
    needsOperator: false,
  }),
  RunContainerError: (container) => ({
    words: `the container ${container} cannot be started`,
    needsOperator: false,
  }),
};

/** The first restart may have helped. */
const TOO_MANY_RESTARTS = 2;

/** Why a Job that has not ended does not get anywhere; undefined when it runs, or still may. */
export function findObstacle(
  job: ObservedJob,
  pods: readonly ObservedPod[],
  look: Look,
): Obstacle | undefined {
  const pod = newestOf(pods);
  if (pod && hasStarted(pod)) return undefined;
  const stuck = pod && stuckContainer(pod);
  if (stuck || !isLongAgo(job.metadata?.creationTimestamp, look)) return stuck;
  return pod ? noNode(pod) : NO_POD;
}

/** What refuses a pod, such as a quota, is told only by the Job's events. */
const NO_POD: Obstacle = {
  words:
    "Kubernetes has made no pod for it, as when a quota is used up; `kubectl describe job` tells",
  needsOperator: false,
};

/** Which of a pod's containers does not start, and why. */
export function stuckContainer(pod: ObservedPod): Obstacle | undefined {
  for (const container of containersOf(pod)) {
    const obstacle = waitsFor(container) ?? restartsFor(container) ?? cannotStart(container);
    if (obstacle) return obstacle;
  }
  return undefined;
}

function waitsFor({ name, state }: ObservedContainer): Obstacle | undefined {
  const { reason = "", message = "" } = state?.waiting ?? {};
  const obstacle = WAITING[reason]?.(name, message);
  return obstacle && { ...obstacle, message: `${reason}${message && `: ${message}`}` };
}

/** Only the bot's: a sidecar is restarted when it ends, and when its startup probe fails. */
function restartsFor({
  name,
  restartCount = 0,
  lastState,
}: ObservedContainer): Obstacle | undefined {
  if (restartCount < TOO_MANY_RESTARTS) return undefined;
  const { reason, exitCode } = lastState?.terminated ?? {};
  return {
    words: `the container ${name} did not become healthy in ${restartCount + 1} starts`,
    message: exitCode === undefined ? undefined : `${reason ?? "Error"}, exit code ${exitCode}`,
    needsOperator: false,
  };
}

/** The kubelet's words for a command that its image does not have come as an end. */
function cannotStart({ name, state }: ObservedContainer): Obstacle | undefined {
  const { terminated } = state ?? {};
  if (!terminated || ran(terminated)) return undefined;
  return {
    words: `the container ${name} cannot be started`,
    message: terminated.message,
    needsOperator: true,
  };
}

/** The scheduler's words for a pod that it has put on no node, for want of room or of a disk. */
export function noNode({ status }: ObservedPod): Obstacle | undefined {
  const condition = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (!condition || holds(condition)) return undefined;
  return { words: "no node was found for it", message: condition.message, needsOperator: false };
}

/** A cluster that scales needs minutes for a node; one that has needed longer has none to give. */
function isLongAgo(since: Date | undefined, { now, nodeWaitSeconds }: Look): boolean {
  return since !== undefined && now - since.getTime() >= nodeWaitSeconds * SECOND;
}
