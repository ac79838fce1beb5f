/**
 * One process of the deployed functions, as the platform runs them: it loads the built bundle and
 * answers each message with the id of the delivery that it has worked through. It can be killed at
 * any time.
 */
import { join } from "node:path";
import { ROOT } from "@meeting-bot/sandbox";
import type { Delivery } from "./functions-pool.ts";

const functions = await import(join(ROOT, "functions", "lib", "index.js"));

const HANDLERS: Record<Delivery["kind"], (event: object) => Promise<unknown>> = {
  meeting: functions.onMeetingWritten,
  sweep: functions.sweep.run,
  "sweep-webhooks": functions.sweepWebhooks.run,
  "webhook-created": functions.onWebhookDeliveryCreated,
  "webhook-task": functions.deliverWebhook.run,
};

process.on("message", async ({ id, kind, event }: Delivery) => {
  try {
    await HANDLERS[kind](event);
    process.send?.({ id });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
// Whoever started it is gone, or kills it: there is nobody to answer.
process.on("disconnect", () => process.exit());
process.send?.({ ready: true });
