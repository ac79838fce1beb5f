import { StorageError, type StoredObject } from "@meeting-bot/core";
import type { Digest } from "./crc32c.ts";
import { holds } from "./ownership.ts";

/** Gives the object back when it holds what was sent; otherwise removes it and throws `corrupt`. */
export async function verifyArrival(
  object: StoredObject,
  digest: Digest,
  remove: (generation: string) => Promise<void>,
): Promise<StoredObject> {
  if (holds(object, digest)) return object;
  await remove(object.generation);
  const sent = `${digest.bytes} bytes with CRC32C ${digest.crc32c}`;
  const found = `${object.bytes} bytes with ${object.crc32c}`;
  throw new StorageError(
    "corrupt",
    `${object.uri} arrived damaged: ${sent} sent, ${found} stored.`,
  );
}
