import { MANAGER } from "./containers.ts";

/** The part of a Kubernetes condition that is read here. */
export interface Condition {
  type: string;
  /** "True", "False" or "Unknown". */
  status: string;
  reason?: string;
  message?: string;
}

interface Metadata {
  name?: string;
  namespace?: string;
  annotations?: Readonly<Record<string, string>>;
  creationTimestamp?: Date;
}

/** The part of a Job that is read here. */
export interface ObservedJob {
  metadata?: Metadata;
  status?: { conditions?: readonly Condition[] };
}

/** The part of a container's status that is read here. */
export interface ObservedContainer {
  name: string;
  restartCount?: number;
  state?: ContainerState;
  /** How it ended the last time that it was restarted. */
  lastState?: ContainerState;
}

interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: object;
  terminated?: Termination;
}

/** How a container has ended, in the kubelet's words. */
export interface Termination {
  exitCode: number;
  reason?: string;
  message?: string;
}

/** The part of a pod that is read here. */
export interface ObservedPod {
  metadata?: Metadata;
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: readonly Condition[];
    initContainerStatuses?: readonly ObservedContainer[];
    containerStatuses?: readonly ObservedContainer[];
  };
}

/** How a Job has ended: its condition `Complete` or `Failed`; undefined while it has not. */
export function endOf({ status }: ObservedJob): Condition | undefined {
  return status?.conditions?.find(
    (condition) => ["Complete", "Failed"].includes(condition.type) && holds(condition),
  );
}

/** Whether a Job has ended. */
export function isFinished(job: ObservedJob): boolean {
  return endOf(job) !== undefined;
}

/** Whether a condition is the case. */
export function holds({ status }: Condition): boolean {
  return status === "True";
}

/** The latest of a Job's pods: a pod that lost its node is followed by another. */
export function newestOf(pods: readonly ObservedPod[]): ObservedPod | undefined {
  const createdAt = ({ metadata }: ObservedPod) => metadata?.creationTimestamp?.getTime() ?? 0;
  return pods.toSorted((a, b) => createdAt(b) - createdAt(a))[0];
}

/** The manager first, then the bot: whose end is the pod's comes before the others. */
export function containersOf({ status }: ObservedPod): readonly ObservedContainer[] {
  return [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
}

/** Whether a pod's manager is at work or has been. */
export function hasStarted({ status }: ObservedPod): boolean {
  const manager = status?.containerStatuses?.find(({ name }) => name === MANAGER);
  const { running, terminated } = manager?.state ?? {};
  return running !== undefined || (terminated !== undefined && ran(terminated));
}

/** Whether a container that has ended had a process; the runtimes' words for one that had none differ. */
export function ran({ reason = "" }: Termination): boolean {
  return !["StartError", "ContainerCannotRun"].includes(reason);
}
