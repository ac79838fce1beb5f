/** The function that the queue calls: the name of its export, and so of the queue itself. */
export const LAUNCH_FUNCTION = "launchDue";

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

/** What a task tells its function. */
export interface LaunchTask {
  instanceId: string;
}

/** The instance that a task is about; undefined for anything that is no launch task. */
export function readLaunchTask(data: unknown): string | undefined {
  if (typeof data !== "object" || data === null || !("instanceId" in data)) return undefined;
  const { instanceId } = data;
  const isId = typeof instanceId === "string" && /^[^/]+$/.test(instanceId);
  return isId ? instanceId : undefined;
}
