import { parseStorageUrl, type StorageLocation } from "../storage-url.ts";

/** An object that may be imported: its bucket as `IMPORT_BUCKETS` has it, and its name in there. */
export interface ImportSourceLocation {
  bucket: string;
  key: string;
}

/** Reads an object's address; undefined unless it is in one of the buckets. */
export function locateImportSource(
  uri: string,
  buckets: readonly string[],
): ImportSourceLocation | undefined {
  const parsed = parseStorageUrl(uri);
  if (!parsed.ok || parsed.location.key === "") return undefined;
  const bucket = bucketUri(parsed.location);
  return buckets.includes(bucket) ? { bucket, key: parsed.location.key } : undefined;
}

/** A bucket as it is listed: `s3://bucket`. */
export function bucketUri({ scheme, bucket }: Pick<StorageLocation, "scheme" | "bucket">): string {
  return `${scheme}://${bucket}`;
}
