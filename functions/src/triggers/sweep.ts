import { onSchedule } from "firebase-functions/v2/scheduler";
import { services } from "../compose.ts";
import { regionParam } from "../params.ts";
import { sweepDue } from "../use-cases/sweep-due.ts";

/** Every minute: whatever is due and whatever was left behind. */
export const sweep = onSchedule(
  { schedule: "every 1 minutes", region: regionParam, maxInstances: 1, timeoutSeconds: 300 },
  () => sweepDue(services()),
);
