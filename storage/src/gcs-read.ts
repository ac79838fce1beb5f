import type { Readable } from "node:stream";
import type { Bucket } from "@google-cloud/storage";
import type { StoredObject } from "@meeting-bot/core";
import { PassThroughClient } from "google-auth-library";

/** Who asks a server that is not Google's: the client sends it no credentials either. */
const nobody = new PassThroughClient();

/** node-fetch's word for bytes as they are stored: a gzipped object is no longer as it is described. */
const AS_STORED = { compress: false };

/**
 * Opens some bytes (`end` excluded) of an object, of no other generation than it has. Rejects with the
 * client's error, also when the signal says that nobody waits any more.
 *
 * Not by `File.createReadStream`: it pipes every answer twice at once, through seven streams, of which one
 * then has more listeners than Node takes without a warning.
 */
export async function openGcsObject(
  { name: bucket, storage }: Bucket,
  { name, generation }: StoredObject,
  { start, end }: { start: number; end: number },
  signal: AbortSignal,
): Promise<Readable> {
  const { baseUrl, authClient, customEndpoint } = storage;
  const asker = customEndpoint ? nobody : authClient;
  const { data } = await asker.request<Readable>({
    ...AS_STORED,
    url: `${baseUrl}/b/${bucket}/o/${encodeURIComponent(name)}`,
    params: { alt: "media", generation },
    headers: { "Accept-Encoding": "gzip", Range: `bytes=${start}-${end - 1}` },
    responseType: "stream",
    signal,
  });
  return data;
}
