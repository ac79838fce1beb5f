import type { TaskKind } from "./task.ts";

/** Tasks that have a bot launched. */
export const LAUNCH_TASKS = {
  functionName: "launchDue",
  idField: "instanceId",
} as const satisfies TaskKind;

/** The queue's limits, as `onTaskDispatched` takes them. The sandbox's queue has the same. */
export const LAUNCH_QUEUE = {
  rateLimits: {
    // Cloud Run takes 180 RunJob calls a minute in a project and region (cloud.google.com/run/quotas);
    // these are 120 of them. The rest is for meetings that are launched as they are written.
    maxDispatchesPerSecond: 2,
    // At that pace, with each launch taking its whole LAUNCH_TIMEOUT_SECONDS (20).
    maxConcurrentDispatches: 40,
  },
  // Again after 2, 4 and 8 seconds; by then the sweep is about to look.
  retryConfig: { maxAttempts: 4, minBackoffSeconds: 2, maxBackoffSeconds: 8 },
};
