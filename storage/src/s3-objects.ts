import type { HeadObjectCommandOutput, PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { PutOptions, StoredObject } from "@meeting-bot/core";
import { ownerMetadata } from "./ownership.ts";
import { fromUserMetadata, toUserMetadata } from "./s3-metadata.ts";

/** The user metadata that has our CRC32C, for servers that keep none. */
const CRC32C_KEY = "crc32c";

/** The tag of a recording's parts, which no outputs have: `deploy/terraform/aws/bucket.tf` has the rule. */
const PART_TAG = "meeting-bot=part";

/** The metadata of an object that is put: the caller's, and whose it is. */
export function metadataOf({ metadata, owner }: PutOptions): Record<string, string> {
  return { ...metadata, ...ownerMetadata(owner) };
}

/** What goes with the bytes: their type, metadata, CRC32C, and the wish that S3 keep one for all of them. */
export function describeUpload(options: PutOptions, crc32c: string) {
  return {
    ContentType: options.contentType,
    Metadata: toUserMetadata({ ...metadataOf(options), [CRC32C_KEY]: crc32c }),
    ChecksumAlgorithm: "CRC32C",
    // `Upload` hands it on to the requests that begin and complete an upload in parts.
    ChecksumType: "FULL_OBJECT",
  } satisfies Partial<PutObjectCommandInput> & { ChecksumType: string };
}

/** How a part of a recording is marked, by its name; other objects are not. */
export function tagOf(name: string): Pick<PutObjectCommandInput, "Tagging"> {
  return name.endsWith(".part") ? { Tagging: PART_TAG } : {};
}

/** Reads the answer to a HEAD; the server's own CRC32C goes before the one that we told it. */
export function toStoredObject(
  bucket: string,
  name: string,
  head: HeadObjectCommandOutput,
): StoredObject {
  const { [CRC32C_KEY]: told, ...metadata } = fromUserMetadata(head.Metadata);
  return {
    uri: uriOf(bucket, name),
    name,
    bytes: head.ContentLength ?? 0,
    crc32c: wholeCrc32c(head.ChecksumCRC32C) ?? told ?? "",
    generation: head.ETag ?? "",
    contentType: head.ContentType ?? "",
    metadata,
  };
}

export function uriOf(bucket: string, name: string): string {
  return `s3://${bucket}/${name}`;
}

/** A checksum of all bytes; undefined for one of the parts' checksums, which ends in their number (`-3`). */
export function wholeCrc32c(checksum: string | undefined): string | undefined {
  return checksum?.includes("-") ? undefined : checksum;
}
