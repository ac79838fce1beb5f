import { onSchedule } from "firebase-functions/v2/scheduler";
import { services } from "../compose.ts";
import { placement } from "../params.ts";
import { sweepDue } from "../use-cases/sweep-due.ts";

/** Every minute: the bot instances that are due, and those that were left behind. */
export const sweep = onSchedule(
  { schedule: "every 1 minutes", ...placement, maxInstances: 1, timeoutSeconds: 300 },
  () => sweepDue(services()),
);
