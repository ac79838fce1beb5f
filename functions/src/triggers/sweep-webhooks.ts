import { onSchedule } from "firebase-functions/v2/scheduler";
import { services } from "../compose.ts";
import { placement } from "../params.ts";
import { sweepWebhooks as sweepDeliveries } from "../use-cases/sweep-webhooks.ts";

/**
 * Every minute: the webhooks that are late. A schedule of its own, so that a platform that hangs under
 * the sweep of instances keeps nobody from being told.
 */
export const sweepWebhooks = onSchedule(
  { schedule: "every 1 minutes", ...placement, maxInstances: 1, timeoutSeconds: 120 },
  () => sweepDeliveries(services()),
);
