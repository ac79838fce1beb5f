import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { services } from "../compose.ts";
import * as logs from "../logs.ts";
import { placement } from "../params.ts";
import { s3Keys, webhookSecrets } from "../secrets.ts";
import { DELIVERY_QUEUE, DELIVERY_TASKS } from "../timers/delivery-queue.ts";
import { readTask } from "../timers/task.ts";
import { deliverWebhook as deliver } from "../use-cases/deliver-webhook.ts";

/** A delivery's time has come, or had come before somebody else saw to it: that shows when it is begun. */
export const deliverWebhook = onTaskDispatched(
  { ...DELIVERY_QUEUE, ...placement, secrets: [webhookSecrets, s3Keys] },
  async ({ data }) => {
    const id = readTask(data, DELIVERY_TASKS);
    // Trying again would make it no better.
    if (id === undefined) return logs.taskDropped(DELIVERY_TASKS);
    await deliver(services(), id);
  },
);
