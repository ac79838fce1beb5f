import { type BotInstance, erase } from "@meeting-bot/core";
import * as logs from "../../logs.ts";
import type { Caller } from "../authentication/caller.ts";
import type { ApiServices } from "../services.ts";
import { recordingFolders } from "./recording-folders.ts";
import { removeObjects } from "./remove-objects.ts";

/**
 * Removes everything that an instance has stored, for all meetings that share it: the objects first, then
 * every word of them. Whoever is interrupted can go on. The instance has ended.
 */
export async function eraseInstance(
  instance: BotInstance,
  meetingPaths: readonly string[],
  { name: by }: Caller,
  { store, meetings, recordings, recordingsAt, tell }: ApiServices,
): Promise<void> {
  const paths = [...meetingPaths, ...(await meetings.meetingsOf(instance.id))];
  const folders = recordingFolders(instance, paths, recordingsAt);
  const objects = await removeObjects(await recordings(), instance, folders);
  // What has ended stays so: the transition refuses only an instance that was removed meanwhile.
  await store.transact(instance.id, (current, at) => erase(current, { by }, at));
  await tell?.(instance.id);
  logs.recordingErased(instance.id, by, objects);
}
