import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { RetryPolicy } from "./retry.ts";

/** Which bucket, and how to talk to its server. */
export interface S3Settings {
  bucket: string;
  region: string;
  /** The origin of a server that is not Amazon's: MinIO, for example. */
  endpoint?: string | undefined;
  /** Where the bucket's name goes; default in the host. */
  addressing?: "virtual-hosted" | "path" | undefined;
  /** Keys, or who gives them. Without any the SDK looks: for the task's role, or keys in the environment. */
  credentials?: S3ClientConfig["credentials"] | undefined;
  /**
   * Whether parts of recordings get a tag by which a lifecycle rule finds those that were left behind: S3
   * looks at no name's end. Default where no endpoint is named, since other servers may refuse tags.
   */
  tagsParts?: boolean | undefined;
  /** Bytes a part of a large upload, 5 MiB at least; default 8 MiB. */
  partBytes?: number | undefined;
  retry?: RetryPolicy | undefined;
  /** How long a connection may be silent before its request counts as failed; default one minute. */
  stallTimeoutMs?: number | undefined;
}

/** Makes the client of a store. */
export function makeS3Client(settings: S3Settings, stallTimeoutMs: number): S3Client {
  const { region, endpoint, addressing, credentials } = settings;
  return new S3Client({
    region,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    forcePathStyle: addressing === "path",
    // `retrying` does it: it knows what may be tried again, and says in words why it gave up.
    maxAttempts: 1,
    // What we store has a CRC32C that we ask for and compare; other servers refuse the default CRC32.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: stallTimeoutMs, socketTimeout: stallTimeoutMs },
  });
}
