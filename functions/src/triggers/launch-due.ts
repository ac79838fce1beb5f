import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { services } from "../compose.ts";
import * as logs from "../logs.ts";
import { placement } from "../params.ts";
import { LAUNCH_QUEUE, LAUNCH_TASKS } from "../timers/launch-queue.ts";
import { readTask } from "../timers/task.ts";
import { claimByTimer } from "../use-cases/claim-instance.ts";

/** An instance's time has come, or had come before it was planned anew or ended: that shows when it is claimed. */
export const launchDue = onTaskDispatched({ ...LAUNCH_QUEUE, ...placement }, async ({ data }) => {
  const instanceId = readTask(data, LAUNCH_TASKS);
  // Trying again would make it no better.
  if (instanceId === undefined) return logs.taskDropped(LAUNCH_TASKS);
  await claimByTimer(services(), instanceId);
});
