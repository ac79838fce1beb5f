import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { StorageError, type StoredObject } from "@meeting-bot/core";
import { readResuming } from "./resuming-read.ts";
import { DEFAULT_RETRY, type RetryPolicy, retrying } from "./retry.ts";
import { makeS3Client, type S3Settings } from "./s3-client.ts";
import { toS3Error } from "./s3-errors.ts";
import { toStoredObject } from "./s3-objects.ts";
import { sendObject } from "./s3-upload.ts";
import type { StorageAction } from "./storage-action.ts";

type S3Verb = Omit<StorageAction, "bucket">;

/** Some names of a listing, and what asks for the next ones. */
interface Page {
  names: string[];
  next: string | undefined;
}

/** How the client says these two, for where it was found out otherwise. */
const NO_SUCH_KEY = { name: "NoSuchKey", $metadata: { httpStatusCode: 404 } };
const NO_SUCH_BUCKET = { name: "NoSuchBucket", $metadata: { httpStatusCode: 404 } };

/** The requests to one bucket: each is tried again as long as it can help, and fails with a `StorageError`. */
export class S3Bucket {
  readonly retry: RetryPolicy;
  readonly #client: S3Client;
  readonly #settings: S3Settings;
  /** Which bucket, as every request says it. */
  readonly #bucket: { Bucket: string };
  readonly #stallTimeoutMs: number;

  constructor(settings: S3Settings) {
    this.retry = settings.retry ?? DEFAULT_RETRY;
    this.#settings = settings;
    this.#bucket = { Bucket: settings.bucket };
    this.#stallTimeoutMs = settings.stallTimeoutMs ?? 60_000;
    this.#client = makeS3Client(settings, this.#stallTimeoutMs);
  }

  async stat(name: string): Promise<StoredObject | undefined> {
    const command = new HeadObjectCommand({ ...this.#bucket, Key: name, ChecksumMode: "ENABLED" });
    try {
      const head = await this.#try({ verb: "describe", name }, () => this.#client.send(command));
      return toStoredObject(this.#settings.bucket, name, head);
    } catch (error) {
      if (!isMissing(error)) throw error;
      // The answer to HEAD has no body that could tell a missing bucket from a missing object.
      await this.#check();
      return undefined;
    }
  }

  /** Like `stat`, but throws `not-found`. */
  async describe(name: string): Promise<StoredObject> {
    const object = await this.stat(name);
    if (!object) throw this.explain(NO_SUCH_KEY, { verb: "read", name });
    return object;
  }

  /** Reads some bytes (`end` excluded) of an object, of no other version of it. */
  read(object: StoredObject, start: number, end: number): AsyncGenerator<Uint8Array> {
    const { name: Key, generation: IfMatch } = object;
    return readResuming({
      object,
      start,
      end,
      open: async (from, to, abortSignal) => {
        const Range = `bytes=${from}-${to - 1}`;
        const command = new GetObjectCommand({ ...this.#bucket, Key, Range, IfMatch });
        return (await this.#client.send(command, { abortSignal })).Body as Readable;
      },
      explain: (error) => this.explain(error, { verb: "read", name: Key }),
      retry: this.retry,
      stallTimeoutMs: this.#stallTimeoutMs,
    });
  }

  /** Sends an object; `params` are what S3 is told besides the bucket. */
  send(params: Omit<PutObjectCommandInput, "Bucket">, partBytes: number, signal?: AbortSignal) {
    return sendObject({
      client: this.#client,
      params: { ...params, ...this.#bucket },
      partBytes,
      retry: this.retry,
      explain: (error) => this.explain(error, { verb: "store", name: params.Key ?? "" }),
      signal,
    });
  }

  async page(prefix: string, ContinuationToken: string | undefined): Promise<Page> {
    const command = new ListObjectsV2Command({
      ...this.#bucket,
      Prefix: prefix,
      ContinuationToken,
    });
    const page = await this.#try({ verb: "list", name: prefix }, () => this.#client.send(command));
    const names = (page.Contents ?? []).map(({ Key }) => Key ?? "");
    return { names, next: page.NextContinuationToken };
  }

  /** Removes an object, at a generation where one is told; does not mind what is gone. */
  async remove(name: string, generation?: string): Promise<void> {
    const command = new DeleteObjectCommand({ ...this.#bucket, Key: name, IfMatch: generation });
    try {
      await this.#try({ verb: "remove", name }, () => this.#client.send(command));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  sign(name: string, expiresIn: number): Promise<string> {
    const command = new GetObjectCommand({ ...this.#bucket, Key: name });
    return this.#try({ verb: "sign", name }, () =>
      getSignedUrl(this.#client, command, { expiresIn }),
    );
  }

  explain(error: unknown, action: S3Verb): StorageError {
    const { bucket, region, endpoint } = this.#settings;
    return toS3Error(error, { ...action, bucket, region, endpoint });
  }

  /** Only what is known to be missing is missed: a role may read objects and not look at the bucket. */
  async #check(): Promise<void> {
    const action = { verb: "describe", name: "" } as const;
    try {
      await this.#try(action, () => this.#client.send(new HeadBucketCommand(this.#bucket)));
    } catch (error) {
      if (!(error instanceof StorageError) || error.code === "forbidden") return;
      throw error.code === "not-found" ? this.explain(NO_SUCH_BUCKET, action) : error;
    }
  }

  #try<T>(action: S3Verb, attempt: () => Promise<T>): Promise<T> {
    return retrying(attempt, this.retry, (error) => this.explain(error, action));
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof StorageError && error.code === "not-found";
}
