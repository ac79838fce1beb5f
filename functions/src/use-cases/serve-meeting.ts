import * as logs from "../logs.ts";
import { type LaunchServices, launchBot } from "./launch-bot.ts";
import { type ScheduleServices, scheduleLaunch } from "./schedule-launch.ts";

/** What serving a meeting needs. */
export interface ServeServices extends LaunchServices, ScheduleServices {
  newId(): string;
  controllerId: string;
  joinLeadMs: number;
}

/**
 * Gives a meeting what it asks for now, in one transaction: a bot, claimed when it is due and then
 * launched, or none any more. `formerInstanceId` is what a deleted meeting was linked to.
 */
export async function serveMeeting(
  services: ServeServices,
  meetingPath: string,
  formerInstanceId?: string,
): Promise<void> {
  const { store, newId, controllerId: claimedBy, joinLeadMs } = services;
  const token = newId();
  const event = { instanceId: newId(), token, claimedBy, joinLeadMs, formerInstanceId };
  const outcome = await store.serve(meetingPath, event);
  logs.meetingServed(meetingPath, outcome);
  if (outcome.kind === "ignored") return;
  await scheduleLaunch(services, outcome.instance);
  await launchBot(services, outcome.instance, token);
}
