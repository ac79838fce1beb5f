import {
  AbortMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { StorageError } from "@meeting-bot/core";
import { type RetryPolicy, retrying } from "./retry.ts";

/** What an upload sends, and its bounds. */
export interface S3UploadJob {
  client: S3Client;
  /** The object: sent in one request when it is no longer than a part. */
  params: PutObjectCommandInput;
  partBytes: number;
  retry: RetryPolicy;
  explain(error: unknown): StorageError;
  signal?: AbortSignal | undefined;
}

type Command = Parameters<S3Client["send"]>[0];

const MIB = 1024 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

/** Parts under way at once: one is sent while the next is read. Memory is this many parts, and one more. */
const PARTS_AT_ONCE = 2;

const DEFAULT_PART_BYTES = 8 * MIB;

/** How big the parts of so many bytes have to be: `wanted`, or more where that makes too many; whole MiB. */
export function partBytesFor(bytes: number, wanted = DEFAULT_PART_BYTES): number {
  return Math.max(wanted, Math.ceil(bytes / MAX_PARTS / MIB) * MIB);
}

/**
 * Sends an object. Every request is tried again by itself as long as it can help. When it fails, or is
 * called off, no unfinished upload stays behind, except where S3 cannot be told so, or where the answer
 * that named the upload was lost: those are for the bucket's lifecycle rule.
 */
export function sendObject(job: S3UploadJob): Promise<CompleteMultipartUploadCommandOutput> {
  const { params, partBytes: partSize } = job;
  return new Upload({ client: clientFor(job), params, partSize, queueSize: PARTS_AT_ONCE }).done();
}

/**
 * The client as `Upload` gets it. `Upload` itself repeats no request and hands no signal on; and its
 * own `abort` returns before the upload is gone from the server, so the requests are aborted instead.
 */
function clientFor({ client, retry, explain, signal }: S3UploadJob): S3Client {
  const send = (command: Command) => {
    if (command instanceof AbortMultipartUploadCommand) {
      // Whoever has called it off waits for this.
      return retrying(() => client.send(command), { ...retry, tries: 2 }, explain);
    }
    const options = signal ? { abortSignal: signal } : {};
    return retrying(() => client.send(command, options), retry, explain, signal);
  };
  return Object.create(client, { send: { value: send } });
}
