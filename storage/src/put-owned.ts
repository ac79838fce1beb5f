import {
  alternativeName,
  type ObjectOwner,
  StorageError,
  type StoredObject,
} from "@meeting-bot/core";
import type { Digest } from "./crc32c.ts";
import { judgeConflict } from "./ownership.ts";

/** What one store does for a put. */
export interface PutSteps {
  /**
   * Stores the bytes at `name`, only where no object is, or only over the generation `replacing`.
   * Undefined when that did not hold.
   */
  upload(name: string, replacing: string | undefined): Promise<StoredObject | undefined>;
  stat(name: string): Promise<StoredObject | undefined>;
  /** Size and CRC32C of the bytes to store. */
  digest(): Promise<Digest>;
}

/** How many names are tried (`video.mp4`, `video-2.mp4`, …) before giving up. */
const MAX_NAMES = 20;

/** How often an object may change under our hands before giving up. */
const MAX_CONFLICTS = 50;

/** Stores an owner's bytes by the rules of `RecordingStore.put`, which are the same for every store. */
export async function putOwned(
  name: string,
  owner: ObjectOwner,
  { upload, stat, digest }: PutSteps,
): Promise<StoredObject> {
  let candidate = name;
  let replacing: string | undefined;
  let names = 1;
  for (let conflicts = 0; conflicts < MAX_CONFLICTS && names <= MAX_NAMES; conflicts++) {
    const stored = await upload(candidate, replacing);
    if (stored) return stored;
    const conflict = judgeConflict(await stat(candidate), owner, await digest());
    if (conflict.kind === "same") return conflict.object;
    if (conflict.kind === "superseded") throw superseded(candidate);
    if (conflict.kind === "taken") candidate = alternativeName(name, ++names);
    replacing = conflict.kind === "replace" ? conflict.generation : undefined;
  }
  throw new StorageError(
    "precondition",
    `"${name}" belongs to other recordings, and so do its alternatives.`,
  );
}

function superseded(name: string): StorageError {
  return new StorageError("precondition", `A later attempt has stored "${name}" already.`);
}
