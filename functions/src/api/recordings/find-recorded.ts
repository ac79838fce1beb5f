import { type BotInstance, isDocumentId, isTerminal, StorageError } from "@meeting-bot/core";
import { ownerOf } from "@meeting-bot/storage";
import { nameIn } from "../../webhooks/artifact-place.ts";
import type { Caller } from "../authentication/caller.ts";
import { findTheirs, linkedId } from "../meetings/linked-instance.ts";
import type { StoredMeeting } from "../meetings/meeting-store.ts";
import type { ApiServices } from "../services.ts";

type Needed = Pick<ApiServices, "meetings" | "store" | "recordings" | "recordingsAt" | "reading">;

/** So many instances are read at once. */
const READ_AT_ONCE = 20;

/** Finds the instance whose recording a meeting shows or, where it shows none, the one that it is linked to. */
export async function findRecorded(
  meeting: StoredMeeting,
  caller: Caller,
  services: Needed,
): Promise<BotInstance | undefined> {
  const { recorded_by: recordedBy } = Object(meeting.fields["recording"]);
  const shown = typeof recordedBy === "string" && isDocumentId(recordedBy) ? recordedBy : undefined;
  const named = shown && (await findTheirs(shown, meeting, caller, services));
  if (named) return named;
  const id = linkedId(meeting, services.reading);
  const linked = id === undefined ? undefined : await findTheirs(id, meeting, caller, services);
  if (linked && isTerminal(linked)) return linked;
  // The version before names nobody: the stored object says whose it is.
  const owner = await ownerOfShown(meeting, services);
  const recorder = owner === id ? undefined : owner;
  return (recorder && (await findTheirs(recorder, meeting, caller, services))) || linked;
}

/** Finds every instance that has served a document, the last one first: what is used again has had several. */
export async function findAllRecorded(
  meeting: StoredMeeting,
  caller: Caller,
  services: Needed,
): Promise<BotInstance[]> {
  const [latest, all] = await Promise.all([
    findRecorded(meeting, caller, services),
    services.meetings.instancesOf(meeting),
  ]);
  const linked = linkedId(meeting, services.reading);
  const ids = [...new Set([linked ?? [], all].flat())].filter((id) => id !== latest?.id);
  const found = latest ? [latest] : [];
  for (let begin = 0; begin < ids.length; begin += READ_AT_ONCE) {
    const some = ids.slice(begin, begin + READ_AT_ONCE);
    const read = some.map((id) => findTheirs(id, meeting, caller, services));
    found.push(...(await Promise.all(read)).filter((instance) => instance !== undefined));
  }
  return found.toSorted((a, b) => endOf(b) - endOf(a));
}

function endOf({ processedAt, createdAt }: BotInstance): number {
  return processedAt ?? createdAt;
}

async function ownerOfShown(
  { fields }: StoredMeeting,
  { recordings, recordingsAt }: Needed,
): Promise<string | undefined> {
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
