import type { ObjectOwner, StoredObject } from "@meeting-bot/core";
import type { Digest } from "./crc32c.ts";

/** The custom metadata by which an object is known as an instance's; the attempt counts from 1. */
const INSTANCE_KEY = "bot-instance";
const ATTEMPT_KEY = "attempt";

/** What to do about a name whose precondition failed. */
export type Conflict =
  /** These very bytes are there, and ours: an earlier try did it without our hearing of it. */
  | { kind: "same"; object: StoredObject }
  /** Ours, with other bytes: replace it at this generation. */
  | { kind: "replace"; generation: string }
  /** A later attempt of the same instance has stored it: whoever is still writing was fenced off. */
  | { kind: "superseded" }
  /** Somebody else's: take another name. */
  | { kind: "taken" }
  /** Gone meanwhile: create it. */
  | { kind: "free" };

/** Decides by the object that is there, if any, whose it is and whether it holds these bytes. */
export function judgeConflict(
  existing: StoredObject | undefined,
  owner: ObjectOwner,
  digest: Digest,
): Conflict {
  if (!existing) return { kind: "free" };
  if (ownerOf(existing) !== owner.instance) return { kind: "taken" };
  if (holds(existing, digest)) return { kind: "same", object: existing };
  const later = Number(existing.metadata[ATTEMPT_KEY]) > owner.attempt;
  return later ? { kind: "superseded" } : { kind: "replace", generation: existing.generation };
}

/** Whether the store has exactly the bytes that were read. */
export function holds(object: StoredObject, digest: Digest): boolean {
  return object.bytes === digest.bytes && object.crc32c === digest.crc32c;
}

/** The id of the bot instance whose object it is; undefined for an object of somebody else's. */
export function ownerOf({ metadata }: StoredObject): string | undefined {
  return metadata[INSTANCE_KEY];
}

/** The metadata that makes an object the owner's. */
export function ownerMetadata({ instance, attempt }: ObjectOwner): Record<string, string> {
  return { [INSTANCE_KEY]: instance, [ATTEMPT_KEY]: String(attempt) };
}
