import { adopt, type Instant, isTimestamp, sendAt } from "@meeting-bot/core";
import * as logs from "../logs.ts";
import { claimInstance } from "./claim-instance.ts";
import { scheduleLaunch } from "./schedule-launch.ts";
import type { ServeServices } from "./serve-meeting.ts";

/** What taking up an instance needs. */
export interface TakeUpServices extends ServeServices {
  now(): Instant;
}

/** A document of `bot_instances` as it was when it was created, by whomever. */
export interface CreatedInstance {
  id: string;
  isQueued: boolean;
  fields: Readonly<Record<string, unknown>>;
}

/** What a created instance needs: a bot now, its timer, its time and timer, or nothing. */
export type TakeUp =
  | { kind: "claim" | "adopt" | "nothing" }
  /** It has its time already. */
  | { kind: "schedule"; wakeAt: Instant };

/**
 * Decides about a created instance. Planned ones of ours, by far the most, cost nothing here: who plans
 * them sets their timer, and anybody else who writes our fields is found by the sweep a minute later.
 */
export function judgeCreated(
  { isQueued, fields }: Omit<CreatedInstance, "id">,
  now: Instant,
  joinLeadMs: number,
): TakeUp {
  if (!isQueued) return { kind: "nothing" };
  const wakeAt = instantOf(fields["wake_at"]);
  if (wakeAt !== undefined && wakeAt > now) {
    return fields["phase_at"] === undefined ? { kind: "schedule", wakeAt } : { kind: "nothing" };
  }
  const startAt = instantOf(fields["start_at"]);
  const dueAt = startAt === undefined ? undefined : sendAt({ startAt }, joinLeadMs);
  const isLater = wakeAt === undefined && dueAt !== undefined && dueAt > now;
  return { kind: isLater ? "adopt" : "claim" };
}

/** Somebody made a bot instance: it is claimed when it is due, and gets its time when it is not. */
export async function takeUpInstance(
  services: TakeUpServices,
  { id, ...created }: CreatedInstance,
): Promise<void> {
  const judged = judgeCreated(created, services.now(), services.joinLeadMs);
  if (judged.kind === "claim") await claimInstance(services, id);
  if (judged.kind === "adopt") await adoptInstance(services, id);
  if (judged.kind === "schedule") {
    await scheduleLaunch(services, { id, status: "queued", wakeAt: judged.wakeAt });
  }
}

/** Gives a queued instance that nothing would wake its time; what is due then is launched at once. */
export async function adoptInstance(services: TakeUpServices, id: string): Promise<void> {
  const { store, joinLeadMs } = services;
  const outcome = await store.transact(id, (instance, at) => adopt(instance, { joinLeadMs }, at));
  if (!outcome.ok) return logs.adoptRefused(id, outcome.reason);
  const { wakeAt } = outcome.instance;
  logs.instanceAdopted(id, wakeAt);
  if (wakeAt !== undefined && wakeAt <= services.now()) await claimInstance(services, id);
  else await scheduleLaunch(services, outcome.instance);
}

function instantOf(value: unknown): Instant | undefined {
  return isTimestamp(value) ? value.toMillis() : undefined;
}
