import * as logs from "../logs.ts";
import { type ServeServices, serveMeeting } from "./serve-meeting.ts";

/** A meeting that is served anew may leave another one to serve; what is left then is met by the sweep. */
const MAX_ROUNDS = 3;

/**
 * Tells the meetings of an instance what has become of it, and serves those whose link leads elsewhere by
 * now: their bot gave way to another, or what they joined had ended. False when some could not be served.
 */
export async function tellMeetings(services: ServeServices, instanceId: string): Promise<boolean> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { toServe, untold } = await services.store.tellMeetings(instanceId);
    for (const meetingPath of untold) logs.meetingNotTold(instanceId, meetingPath);
    if (toServe.length === 0) return true;
    for (const meetingPath of toServe) await serveMeeting(services, meetingPath, instanceId);
  }
  return false;
}
