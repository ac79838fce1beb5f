import { SECOND } from "@meeting-bot/core";
import type {
  Condition,
  ObservedContainer,
  ObservedJob,
  ObservedPod,
} from "../../../src/launchers/gke/observed.ts";

const NOW = Date.UTC(2030, 0, 31, 9);

/** When Jobs are looked at. */
export const LOOK = { now: NOW, nodeWaitSeconds: 600 };

/** The verdict about what runs. */
export const RUNNING = { state: "running" };
const ago = (seconds: number) => new Date(NOW - seconds * SECOND);

/** A Job that was created so many seconds ago. */
export const job = (conditions: Condition[] = [], created = 60): ObservedJob => ({
  metadata: { creationTimestamp: ago(created) },
  status: { conditions },
});

/** A Job that has failed. */
export const failed = (reason = "BackoffLimitExceeded", message = "Its words."): ObservedJob =>
  job([{ type: "Failed", status: "True", reason, message }]);

/** A Job that has not. */
export const COMPLETE = job([{ type: "Complete", status: "True", reason: "CompletionsReached" }]);

type Status = NonNullable<ObservedPod["status"]>;

/** A pod, pending unless its status says otherwise. */
export const pod = (status: Status = {}, created = 60): ObservedPod => ({
  metadata: { creationTimestamp: ago(created) },
  status: { phase: "Pending", ...status },
});

/** The status of a pod whose manager is in a state. */
export const manager = (state: ObservedContainer["state"]): Status => ({
  containerStatuses: [{ name: "manager", ...(state && { state }) }],
});

/** The status of a pod whose manager waits for a reason. */
export const waiting = (reason: string, message?: string) =>
  manager({ waiting: { reason, ...(message && { message }) } });

/** A pod whose manager has ended. */
export const ended = (exitCode: number, reason = "Error", message?: string) =>
  pod({
    phase: "Failed",
    ...manager({ terminated: { exitCode, reason, ...(message && { message }) } }),
  });

/** A pod whose manager works. */
export const AT_WORK = pod({ phase: "Running", ...manager({ running: {} }) });

/** The status of a pod whose manager waits for its bot. */
export const bot = (status: Omit<ObservedContainer, "name">): Status => ({
  ...waiting("PodInitializing"),
  initContainerStatuses: [{ name: "meeting-bot", ...status }],
});

/** A pod that fits on no node. */
export const UNSCHEDULABLE = pod({
  conditions: [
    { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes." },
  ],
});

/** A pod that was taken away. */
export const disrupted = (reason: string) =>
  pod({
    phase: "Failed",
    ...manager({ terminated: { exitCode: 137 } }),
    conditions: [{ type: "DisruptionTarget", status: "True", reason, message: "Its words." }],
  });
