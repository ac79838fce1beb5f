import type { TaskKind } from "./task.ts";

/** Tasks that have a webhook's delivery sent. */
export const DELIVERY_TASKS = {
  functionName: "deliverWebhook",
  idField: "deliveryId",
} as const satisfies TaskKind;

/** The queue's limits, as `onTaskDispatched` takes them. The sandbox's queue has the same. */
export const DELIVERY_QUEUE = {
  rateLimits: {
    // Each holds its place for as long as the endpoint takes to answer, up to 20 seconds.
    maxConcurrentDispatches: 100,
    // Firestore writes each delivery twice; 500 writes a second is where a busy collection begins.
    maxDispatchesPerSecond: 50,
  },
  // Again after 2, 4 and 8 seconds, when Firestore could not be reached. An endpoint's failure is no
  // failure of the task: that has a schedule of its own.
  retryConfig: { maxAttempts: 4, minBackoffSeconds: 2, maxBackoffSeconds: 8 },
};
