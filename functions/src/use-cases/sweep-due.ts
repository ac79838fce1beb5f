import { type BotInstance, type Instant, MINUTE, reclaim, type Verdict } from "@meeting-bot/core";
import * as logs from "../logs.ts";
import { claimInstance } from "./claim-instance.ts";
import type { ServeServices } from "./serve-meeting.ts";

/** What sweeping needs. */
export interface SweepServices extends ServeServices {
  now(): Instant;
  pageSize: number;
}

/**
 * Looks at every instance whose time has come: claims what is queued and due, takes back what was
 * left behind. One that cannot be looked at does not keep the others from it.
 */
export async function sweepDue(services: SweepServices): Promise<void> {
  const { store, pageSize } = services;
  const now = services.now();
  let last: BotInstance | undefined;
  do {
    const due: BotInstance[] = await store.findDue(now, pageSize, last);
    await Promise.all(due.map((instance) => lookAt(services, instance)));
    last = due.length === pageSize ? due.at(-1) : undefined;
  } while (last);
}

async function lookAt(services: SweepServices, instance: BotInstance): Promise<void> {
  try {
    const isLate = services.now() >= queueTurnEndsAt(instance, services.joinLeadMs);
    if (instance.status === "queued" && isLate) await claimInstance(services, instance.id);
    if (instance.status === "processing") await reclaimInstance(services, instance);
  } catch (error) {
    logs.sweepFailed(instance, error);
  }
}

/**
 * Until when a launch is left to the queue that its timer waits in. The queue spreads a full hour's
 * meetings over the lead; claiming them all at once beside it would meet the platform's quota.
 */
export function queueTurnEndsAt(
  { startAt, attempt, launchFailures, wakeAt = 0 }: BotInstance,
  joinLeadMs: number,
): Instant {
  const hasTimer = launchFailures > 0 || (startAt !== undefined && attempt === 0);
  return hasTimer ? wakeAt + Math.min(MINUTE, joinLeadMs / 2) : wakeAt;
}

/** Asks the platform about an instance whose lease has run out, and takes it back when its holder is gone. */
async function reclaimInstance(services: SweepServices, found: BotInstance): Promise<void> {
  const { claimToken: token, execution } = found;
  const launcher = await services.launcher();
  const verdict: Verdict = execution ? await launcher.inspect(execution) : { state: "not-found" };
  const event = { token, by: services.newId(), verdict, random: services.random() };
  const outcome = await services.store.transact(found.id, (instance, at) =>
    reclaim(instance, event, at),
  );
  if (outcome.ok) return logs.instanceReclaimed(outcome.instance);
  logs.reclaimRefused(found, outcome.reason, verdict);
  if (outcome.reason === "overdue" && execution) {
    await launcher.cancel(execution);
    logs.executionEnded(found, execution);
  }
}
