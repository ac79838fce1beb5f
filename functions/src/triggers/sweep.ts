import { onSchedule } from "firebase-functions/v2/scheduler";
import { services } from "../compose.ts";
import { placement } from "../params.ts";
import { isTimeToReconcile, reconcile } from "../use-cases/reconcile.ts";
import { sweepDue } from "../use-cases/sweep-due.ts";
import { sweepWebhooks } from "../use-cases/sweep-webhooks.ts";

/** Every minute: whatever is due and whatever was left behind; now and then also what runs for nobody. */
export const sweep = onSchedule(
  { schedule: "every 1 minutes", ...placement, maxInstances: 1, timeoutSeconds: 300 },
  async ({ scheduleTime }) => {
    await sweepDue(services());
    await sweepWebhooks(services());
    if (isTimeToReconcile(scheduleTime)) await reconcile(services());
  },
);
