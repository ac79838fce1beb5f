import { claim, type Instant, type Outcome, SECOND } from "@meeting-bot/core";
import * as logs from "../logs.ts";
import { launchBot } from "./launch-bot.ts";
import type { ServeServices } from "./serve-meeting.ts";

/** Claims a queued instance that is due, and launches its bot. Of several callers one wins. */
export async function claimInstance(services: ServeServices, id: string): Promise<Outcome> {
  const token = services.newId();
  const event = { token, claimedBy: services.controllerId };
  const outcome = await services.store.transact(id, (instance, at) => claim(instance, event, at));
  if (outcome.ok) await launchBot(services, outcome.instance, token);
  else logs.claimRefused(id, outcome.reason);
  return outcome;
}

/** A timer comes early by no more than this: the queue's clock and the store's differ by less. */
const CLOCK_SKEW_MS = 10 * SECOND;

/**
 * Claims an instance whose timer has run out. Throws when it is about to be due: the queue tries again in
 * a moment. One that was planned anew for later has a timer of its own.
 */
export async function claimByTimer(
  services: ServeServices & { now(): Instant },
  id: string,
): Promise<void> {
  const outcome = await claimInstance(services, id);
  if (outcome.ok || outcome.reason !== "not-due") return;
  const { wakeAt = 0 } = outcome.instance ?? {};
  if (wakeAt - services.now() <= CLOCK_SKEW_MS) throw new Error(`${id} is not due yet.`);
}
