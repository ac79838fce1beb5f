import { type BotInstance, isDocumentId, StorageError } from "@meeting-bot/core";
import { ownerOf } from "@meeting-bot/storage";
import { nameIn } from "../../webhooks/artifact-place.ts";
import type { Caller } from "../authentication/caller.ts";
import type { StoredMeeting } from "../meetings/meeting-store.ts";
import type { ApiServices } from "../services.ts";

type Needed = Pick<ApiServices, "meetings" | "store" | "recordings" | "recordingsAt" | "reading">;

/** Finds the instance that recorded a meeting, or is to. */
export async function findRecorded(
  meeting: StoredMeeting,
  caller: Caller,
  services: Needed,
): Promise<BotInstance | undefined> {
  const id = await latestInstanceOf(meeting, services);
  return id === undefined ? undefined : findTheirs(id, meeting, caller, services);
}

/** Finds every instance that has recorded a meeting: one that was changed afterwards got another bot. */
export async function findAllRecorded(
  meeting: StoredMeeting,
  caller: Caller,
  services: Needed,
): Promise<BotInstance[]> {
  const [latest, all] = await Promise.all([
    latestInstanceOf(meeting, services),
    services.meetings.instancesOf(meeting),
  ]);
  const ids = new Set(latest === undefined ? all : [latest, ...all]);
  const found = [...ids].map((id) => findTheirs(id, meeting, caller, services));
  return (await Promise.all(found)).filter((instance) => instance !== undefined);
}

/** A user can write any id and any address into a meeting; another organisation's instance is not shown for it. */
async function findTheirs(
  id: string,
  { path }: StoredMeeting,
  { organizationId }: Caller,
  { store }: Needed,
): Promise<BotInstance | undefined> {
  const instance = await store.find(id);
  const owner = instance?.creatorOrganizationId;
  const isNobodys = owner === undefined && instance?.meetingPath === path;
  return owner === organizationId || isNobodys ? instance : undefined;
}

/** A meeting that was cancelled has lost its link and keeps its recording: the stored object says whose it is. */
async function latestInstanceOf(
  { fields }: StoredMeeting,
  { reading, recordings, recordingsAt }: Needed,
): Promise<string | undefined> {
  const linked: unknown = fields[reading.naming.instanceField];
  if (typeof linked === "string" && isDocumentId(linked)) return linked;
  const { video_uri: video, audio_uri: audio } = Object(fields["recording"]);
  const name = readName(recordingsAt, video ?? audio);
  if (name === undefined) return undefined;
  const store = await recordings();
  const object = await store.stat(name).catch(ignoreRefused);
  return object && ownerOf(object);
}

/** Anybody may have written the address: what cannot be read leads nowhere. */
function readName(location: string, uri: unknown): string | undefined {
  try {
    return nameIn(location, String(uri));
  } catch {
    return undefined;
  }
}

function ignoreRefused(error: unknown): undefined {
  if (error instanceof StorageError && error.code === "refused") return undefined;
  throw error;
}
