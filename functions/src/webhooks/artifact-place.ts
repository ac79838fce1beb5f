import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseStorageUrl } from "@meeting-bot/core";

/** Where an artifact is, in the terms of an object store's client; a file has its path for a key, and no bucket. */
export interface ArtifactPlace {
  provider: "gs" | "s3" | "file";
  bucket: string | null;
  key: string;
}

/** Reads a URI as the recording stores write it: `gs://bucket/key`, `s3://bucket/key` or `file:///path`. */
export function placeOf(uri: string): ArtifactPlace {
  const parsed = parseStorageUrl(uri);
  if (!parsed.ok) return { provider: "file", bucket: null, key: fileURLToPath(uri) };
  const { scheme: provider, bucket, key } = parsed.location;
  return { provider, bucket, key };
}

/** The name that an object has in the store at `location`; undefined for one that is elsewhere. */
export function nameIn(location: string, uri: string): string | undefined {
  const [root, object] = [placeOf(location), placeOf(uri)];
  if (root.provider !== object.provider || root.bucket !== object.bucket) return undefined;
  const name = root.provider === "file" ? relative(root.key, object.key) : object.key;
  return name.startsWith("..") ? undefined : name;
}
