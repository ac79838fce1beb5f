import {
  adopt,
  type BotInstance,
  type Execution,
  type Instant,
  isTerminal,
  type Launcher,
  MINUTE,
  postpone,
  reclaim,
  SECOND,
  type Verdict,
} from "@meeting-bot/core";
import * as logs from "../logs.ts";
import { LONGEST_DELAY_MS } from "../timers/task.ts";
import { claimInstance } from "./claim-instance.ts";
import { inPool, within } from "./pool.ts";
import type { ServeServices } from "./serve-meeting.ts";
import { tellMeetings } from "./tell-meetings.ts";

/** What sweeping needs. */
export interface SweepServices extends ServeServices {
  /** The launcher that has made an execution, whichever launches now. */
  launcherOf(execution: Execution): Promise<Launcher>;
  now(): Instant;
  pageSize: number;
}

/** As many as the queue of launches has at work: a platform that answers slowly holds up few others. */
const AT_ONCE = 40;

/** A launch, or a question and a command, each of which may take its whole time; with their transactions. */
const HANDLING_MS = 100 * SECOND;

/**
 * Looks at every instance whose time has come: claims what is queued and due, takes back what was
 * left behind. One that cannot be looked at does not keep the others from it, and comes later the next
 * time.
 */
export async function sweepDue(services: SweepServices): Promise<void> {
  await inPool(AT_ONCE, findDue(services), (instance) => lookAt(services, instance));
}

async function* findDue({ store, pageSize, now }: SweepServices): AsyncGenerator<BotInstance> {
  const dueBy = now();
  let last: BotInstance | undefined;
  do {
    const page: BotInstance[] = await store.findDue(dueBy, pageSize, last);
    yield* page;
    last = page.length === pageSize ? page.at(-1) : undefined;
  } while (last);
}

async function lookAt(services: SweepServices, instance: BotInstance): Promise<void> {
  try {
    await within(HANDLING_MS, handle(services, instance));
  } catch (error) {
    logs.sweepFailed(instance, error);
    await putOff(services, instance);
  }
}

async function handle(services: SweepServices, instance: BotInstance): Promise<void> {
  if (isTerminal(instance)) return settle(services, instance);
  const isLate = services.now() >= queueTurnEndsAt(instance, services.joinLeadMs);
  if (instance.status === "queued" && isLate) await claimInstance(services, instance.id);
  if (instance.status === "processing") await reclaimInstance(services, instance);
}

/** One that has ended has meetings that do not know, or was ended by hand with a recording to be finished. */
async function settle(services: SweepServices, { id }: BotInstance): Promise<void> {
  const { store, joinLeadMs } = services;
  await store.transact(id, (instance, at) => adopt(instance, { joinLeadMs }, at));
  // Put off, and in the end given up: what cannot be served now may be served later.
  if (!(await tellMeetings(services, id)))
    throw new Error("Some of its meetings cannot be served.");
}

async function putOff({ store, newId }: SweepServices, found: BotInstance): Promise<void> {
  const event = { wakeAt: found.wakeAt, by: newId() };
  try {
    await store.transact(found.id, (instance, at) => postpone(instance, event, at));
  } catch (error) {
    logs.notPostponed(found, error);
  }
}

/**
 * Until when a launch is left to the queue that its timer waits in. The queue spreads a full hour's
 * meetings over the lead; claiming them all at once beside it would meet the platform's quota.
 */
export function queueTurnEndsAt(instance: BotInstance, joinLeadMs: number): Instant {
  const { wakeAt = 0 } = instance;
  return hasTimer(instance) ? wakeAt + Math.min(MINUTE, joinLeadMs / 2) : wakeAt;
}

/** Whether a timer was set: not by the sweep that put it off, nor so long before as the queue takes none. */
function hasTimer(instance: BotInstance): boolean {
  const { startAt, attempt, launchFailures, wakeAt = 0, postponedToAt, updatedAt } = instance;
  if (wakeAt === postponedToAt || wakeAt - updatedAt > LONGEST_DELAY_MS) return false;
  return launchFailures > 0 || (startAt !== undefined && attempt === 0);
}

/** Asks the platform about an instance whose lease has run out, and takes it back when its holder is gone. */
async function reclaimInstance(services: SweepServices, found: BotInstance): Promise<void> {
  const { claimToken: token, execution } = found;
  const verdict = await askAbout(services, execution);
  const event = { token, by: services.newId(), verdict, random: services.random() };
  const outcome = await services.store.transact(found.id, (instance, at) =>
    reclaim(instance, event, at),
  );
  if (outcome.ok) return logs.instanceReclaimed(outcome.instance);
  logs.reclaimRefused(found, outcome.reason, verdict);
  if (outcome.reason === "overdue" && execution) {
    await (await services.launcherOf(execution)).cancel(execution);
    logs.executionEnded(found, execution);
  }
}

/** What cannot be asked for want of its launcher, or fails to ask, says as little as a platform that is away. */
async function askAbout(
  { launcherOf }: SweepServices,
  execution: Execution | undefined,
): Promise<Verdict> {
  if (!execution) return { state: "not-found" };
  try {
    return await (await launcherOf(execution)).inspect(execution);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { state: "unreachable", reason };
  }
}
