import {
  type BotInstance,
  erase,
  factsOf,
  isTerminal,
  SECOND,
  summarize,
  toFields,
} from "@meeting-bot/core";
import * as logs from "../../logs.ts";
import { linkArtifacts } from "../../webhooks/artifact-links.ts";
import { artifactOf } from "../../webhooks/payload.ts";
import { type Answer, ok } from "../answer.ts";
import type { Caller } from "../authentication/caller.ts";
import type { Call } from "../call.ts";
import { NO_MEETING } from "../meetings/handlers.ts";
import type { StoredMeeting } from "../meetings/meeting-store.ts";
import { problem } from "../problem.ts";
import type { ApiServices } from "../services.ts";
import { findAllRecorded, findRecorded } from "./find-recorded.ts";
import { recordingFolders } from "./recording-folders.ts";
import { removeObjects } from "./remove-objects.ts";

const NO_RECORDING = problem("not-found", "Nothing of this meeting is recorded.");
const AT_WORK = problem(
  "bot-at-work",
  "The bot is waiting or at work: cancel the meeting, or wait until it has ended.",
);

/** Shows what was recorded, each artifact with an address that is good for a while. */
export async function getRecording(
  { caller, path, query }: Call,
  services: ApiServices,
): Promise<Answer> {
  const meeting = await services.meetings.find(caller.organizationId, path["id"] ?? "");
  if (!meeting) return NO_MEETING;
  const instance = await findRecorded(meeting, caller, services);
  const facts = instance && factsOf(instance, []);
  if (!facts || facts.outputs.length === 0) return NO_RECORDING;
  const { botInstanceId, status, partial, durationSeconds, outputs } = facts;
  const lifeMs = Number(query["expires_seconds"]) * SECOND;
  const links = await linkArtifacts(services, outputs, lifeMs);
  const { regions } = services;
  const artifacts = outputs.map((output) => artifactOf(output, { regions, links }));
  return ok(toFields({ botInstanceId, status, partial, durationSeconds, artifacts }));
}

/** Removes everything that was recorded of a meeting, for all meetings that share it. */
export async function eraseRecording(
  { caller, path }: Call,
  services: ApiServices,
): Promise<Answer> {
  const meeting = await services.meetings.find(caller.organizationId, path["id"] ?? "");
  if (!meeting) return NO_MEETING;
  const instances = await findAllRecorded(meeting, caller, services);
  if (instances.length === 0) return NO_RECORDING;
  if (!instances.every(isTerminal)) return AT_WORK;
  for (const instance of instances) await eraseInstance(instance, meeting, caller, services);
  return { status: 204 };
}

/** The objects first, then every word of them: whoever is interrupted can go on. */
async function eraseInstance(
  instance: BotInstance,
  meeting: StoredMeeting,
  { name: by }: Caller,
  { store, meetings, recordings, recordingsAt, reading }: ApiServices,
): Promise<void> {
  const folders = recordingFolders(instance, meeting.path, recordingsAt);
  const objects = await removeObjects(await recordings(), instance, folders);
  // What has ended stays so: the transition refuses only an instance that was removed meanwhile.
  await store.transact(instance.id, (current, at) => erase(current, { by }, at));
  await store.tellMeetings(instance.id);
  logs.recordingErased(instance.id, by, objects);
}
