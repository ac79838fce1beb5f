import { type BotInstance, isTerminal, SECOND } from "@meeting-bot/core";
import { type Answer, ok } from "../answer.ts";
import type { Call } from "../call.ts";
import { NO_MEETING } from "../meetings/handlers.ts";
import { problem } from "../problem.ts";
import type { ApiServices } from "../services.ts";
import { eraseInstance } from "./erase-instance.ts";
import { findAllRecorded, findRecorded } from "./find-recorded.ts";
import { hasRecorded, isStored, toRecordingJson } from "./recording-json.ts";

const NO_RECORDING = problem("not-found", "Nothing of this meeting is recorded.");
/** The answer where something may still be stored. */
export const AT_WORK = problem(
  "bot-at-work",
  "The bot is waiting or at work: cancel the meeting, or wait until it has ended.",
);

/** Shows the recording that a meeting shows, each artifact with an address that is good for a while. */
export async function getRecording(call: Call, services: ApiServices): Promise<Answer> {
  const { caller, path } = call;
  const meeting = await services.meetings.find(caller.organizationId, path["id"] ?? "");
  if (!meeting) return NO_MEETING;
  const instance = await findRecorded(meeting, caller, services);
  if (!instance || !isStored(instance)) return NO_RECORDING;
  return ok(await toRecordingJson(instance, lifeOf(call), services));
}

/** Each has some artifacts, and each of these an address to sign. */
const MAX_LISTED = 100;

/** Shows all recordings of a meeting's document, the newest first. */
export async function listRecordings(call: Call, services: ApiServices): Promise<Answer> {
  const { caller, path } = call;
  const meeting = await services.meetings.find(caller.organizationId, path["id"] ?? "");
  if (!meeting) return NO_MEETING;
  const instances = await findAllRecorded(meeting, caller, services);
  const recordings: object[] = [];
  for (const instance of instances.filter(hasRecorded).slice(0, MAX_LISTED)) {
    recordings.push(await toRecordingJson(instance, lifeOf(call), services));
  }
  return ok({ recordings });
}

/** Removes the recording that a meeting shows, for all meetings that share it. */
export async function eraseRecording(
  { caller, path }: Call,
  services: ApiServices,
): Promise<Answer> {
  const meeting = await services.meetings.find(caller.organizationId, path["id"] ?? "");
  if (!meeting) return NO_MEETING;
  const instance = await findRecorded(meeting, caller, services);
  if (!instance) return NO_RECORDING;
  if (!isTerminal(instance)) return AT_WORK;
  await eraseInstance(instance, [meeting.path], caller, services);
  return { status: 204 };
}

/** Removes all recordings of a meeting's document; a bot that waits or is at work goes on. */
export async function eraseRecordings(
  { caller, path }: Call,
  services: ApiServices,
): Promise<Answer> {
  const meeting = await services.meetings.find(caller.organizationId, path["id"] ?? "");
  if (!meeting) return NO_MEETING;
  const instances = await findAllRecorded(meeting, caller, services);
  if (instances.length === 0) return NO_RECORDING;
  const ended = instances.filter(isTerminal);
  if (ended.length === 0) return AT_WORK;
  // Who was interrupted goes on with what is left.
  const isErased = (instance: BotInstance) => Number(instance.recordingErasedAt !== undefined);
  const ordered = ended.toSorted((a, b) => isErased(a) - isErased(b));
  for (const instance of ordered) await eraseInstance(instance, [meeting.path], caller, services);
  return { status: 204 };
}

/** For how long addresses are to be good, in milliseconds. */
export function lifeOf({ query }: Call): number {
  return Number(query["expires_seconds"]) * SECOND;
}
