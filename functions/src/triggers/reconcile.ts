import { onSchedule } from "firebase-functions/v2/scheduler";
import { services } from "../compose.ts";
import { placement } from "../params.ts";
import { reconcile as endStrays } from "../use-cases/reconcile.ts";

/**
 * Every five minutes: executions that work for nobody. Not every minute: each time costs a list of the
 * platform's, and one read for every bot that is at work.
 */
export const reconcile = onSchedule(
  { schedule: "every 5 minutes", ...placement, maxInstances: 1, timeoutSeconds: 300 },
  () => endStrays(services()),
);
