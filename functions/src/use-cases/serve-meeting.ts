import * as logs from "../logs.ts";
import { type LaunchServices, launchBot } from "./launch-bot.ts";

/** What serving a meeting needs. */
export interface ServeServices extends LaunchServices {
  newId(): string;
  controllerId: string;
  joinLeadMs: number;
}

/** Gives a meeting its bot: enqueued and, when it is due, claimed in one transaction, then launched. */
export async function serveMeeting(services: ServeServices, meetingPath: string): Promise<void> {
  const { store, newId, controllerId: claimedBy, joinLeadMs } = services;
  const token = newId();
  const event = { instanceId: newId(), token, claimedBy, joinLeadMs };
  const outcome = await store.enqueue(meetingPath, event);
  logs.meetingServed(meetingPath, outcome);
  if (outcome.kind === "created") await launchBot(services, outcome.instance, token);
}
