import { claim } from "@meeting-bot/core";
import * as logs from "../logs.ts";
import { launchBot } from "./launch-bot.ts";
import type { ServeServices } from "./serve-meeting.ts";

/** Claims a queued instance that is due, and launches its bot. Of several callers one wins. */
export async function claimInstance(services: ServeServices, id: string): Promise<void> {
  const token = services.newId();
  const event = { token, claimedBy: services.controllerId };
  const outcome = await services.store.transact(id, (instance, at) => claim(instance, event, at));
  if (outcome.ok) return launchBot(services, outcome.instance, token);
  logs.claimRefused(id, outcome.reason);
}
