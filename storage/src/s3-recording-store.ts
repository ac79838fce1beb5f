import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import {
  type ByteRange,
  type PutOptions,
  type RecordingSource,
  type RecordingStore,
  type SignedUrlOptions,
  SourceError,
  StorageError,
  type StoredObject,
} from "@meeting-bot/core";
import { Digest } from "./crc32c.ts";
import { judgeConflict } from "./ownership.ts";
import { putOwned } from "./put-owned.ts";
import { digestOf, readSource } from "./recording-source.ts";
import { readResuming } from "./resuming-read.ts";
import { DEFAULT_RETRY, Retry, type RetryPolicy, retrying } from "./retry.ts";
import { makeS3Client, type S3Settings } from "./s3-client.ts";
import { toS3Error } from "./s3-errors.ts";
import {
  describeUpload,
  metadataOf,
  tagOf,
  toStoredObject,
  uriOf,
  wholeCrc32c,
} from "./s3-objects.ts";
import { partBytesFor, sendObject } from "./s3-upload.ts";
import { checkExpiry } from "./signed-url.ts";
import type { StorageAction } from "./storage-action.ts";
import { verifyArrival } from "./verify-arrival.ts";

/** The bytes of a put, read once for their CRC32C. */
interface PutJob {
  source: RecordingSource;
  digest: Digest;
  options: PutOptions;
}

type S3Verb = Omit<StorageAction, "bucket">;

/** How the client says these two, for where it was found out otherwise. */
const NO_SUCH_KEY = { name: "NoSuchKey", $metadata: { httpStatusCode: 404 } };
const NO_SUCH_BUCKET = { name: "NoSuchBucket", $metadata: { httpStatusCode: 404 } };

/** A listing says neither CRC32C nor metadata: each of its objects is asked for, so many at once. */
const DESCRIBED_AT_ONCE = 8;

/**
 * Keeps recordings in a bucket of Amazon S3 or of a server like it. That another's object is never
 * replaced needs a server that honours `If-None-Match` and `If-Match` on writes, as Amazon's does.
 *
 * A generation is an ETag, which tells bytes apart and not writes: the same bytes have the same one again.
 */
export class S3RecordingStore implements RecordingStore {
  readonly #client: S3Client;
  readonly #settings: S3Settings;
  /** Which bucket, as every request says it. */
  readonly #bucket: { Bucket: string };
  readonly #retry: RetryPolicy;
  readonly #stallTimeoutMs: number;
  readonly #tagsParts: boolean;

  constructor(settings: S3Settings) {
    this.#settings = settings;
    this.#tagsParts = settings.tagsParts ?? !settings.endpoint;
    this.#bucket = { Bucket: settings.bucket };
    this.#retry = settings.retry ?? DEFAULT_RETRY;
    this.#stallTimeoutMs = settings.stallTimeoutMs ?? 60_000;
    this.#client = makeS3Client(settings, this.#stallTimeoutMs);
  }

  async put(name: string, source: RecordingSource, options: PutOptions): Promise<StoredObject> {
    // Metadata goes ahead of the bytes, so the CRC32C in it costs a reading of its own.
    const digest = await digestOf(source, options.signal);
    return putOwned(name, options.owner, {
      upload: (candidate, replacing) =>
        this.#upload(candidate, replacing, { source, digest, options }),
      stat: (candidate) => this.stat(candidate),
      digest: async () => digest,
    });
  }

  async stat(name: string): Promise<StoredObject | undefined> {
    try {
      const command = new HeadObjectCommand({
        ...this.#bucket,
        Key: name,
        ChecksumMode: "ENABLED",
      });
      const head = await this.#try({ verb: "describe", name }, () => this.#client.send(command));
      return toStoredObject(this.#settings.bucket, name, head);
    } catch (error) {
      if (!(error instanceof StorageError && error.code === "not-found")) throw error;
      // The answer to HEAD has no body that could tell a missing bucket from a missing object.
      await this.#checkBucket();
      return undefined;
    }
  }

  get(name: string, range: ByteRange = { start: 0 }): Readable {
    return Readable.from(this.#read(name, range), { objectMode: false });
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    let ContinuationToken: string | undefined;
    do {
      const page = await this.#try({ verb: "list", name: prefix }, () =>
        this.#client.send(
          new ListObjectsV2Command({ ...this.#bucket, Prefix: prefix, ContinuationToken }),
        ),
      );
      const names = (page.Contents ?? []).map(({ Key }) => Key ?? "");
      for (let at = 0; at < names.length; at += DESCRIBED_AT_ONCE) {
        const batch = names.slice(at, at + DESCRIBED_AT_ONCE);
        const objects = await Promise.all(batch.map((name) => this.stat(name)));
        yield* objects.filter((object) => object !== undefined);
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
  }

  async remove(name: string, generation?: string): Promise<void> {
    const IfMatch = generation;
    try {
      await this.#try({ verb: "remove", name }, () =>
        this.#client.send(new DeleteObjectCommand({ ...this.#bucket, Key: name, IfMatch })),
      );
    } catch (error) {
      if (!(error instanceof StorageError && error.code === "not-found")) throw error;
    }
  }

  /** Made with a role's temporary credentials, it ends with them, however long it was to last. */
  async signedUrl(name: string, { expiresSeconds }: SignedUrlOptions): Promise<string> {
    checkExpiry(expiresSeconds);
    const command = new GetObjectCommand({ ...this.#bucket, Key: name });
    return this.#try({ verb: "sign", name }, () =>
      getSignedUrl(this.#client, command, { expiresIn: expiresSeconds }),
    );
  }

  /** Uploads until S3 has the bytes unharmed; undefined when the precondition did not hold. */
  async #upload(name: string, replacing: string | undefined, job: PutJob) {
    const { options, digest } = job;
    const retry = new Retry(this.#retry, options.signal);
    for (;;) {
      try {
        const stored = await this.#send(name, replacing, job);
        return await verifyArrival(stored, digest, (generation) => this.remove(name, generation));
      } catch (error) {
        options.signal?.throwIfAborted();
        if (error instanceof SourceError) throw error;
        const failure = this.#explain(error, { verb: "store", name });
        if (failure.code === "precondition") return undefined;
        if (failure.code !== "corrupt") throw failure;
        // A request to complete that was answered, unheard, is refused when it is repeated.
        const conflict = judgeConflict(await this.stat(name), options.owner, digest);
        if (conflict.kind === "same") return conflict.object;
        await retry.failed(failure);
      }
    }
  }

  async #send(name: string, replacing: string | undefined, { source, digest, options }: PutJob) {
    const sent = await sendObject({
      client: this.#client,
      params: {
        ...this.#bucket,
        Key: name,
        Body: Readable.from(readSource(source), { objectMode: false }),
        ...describeUpload(options, digest.crc32c),
        ...(this.#tagsParts && tagOf(name)),
        ...(replacing === undefined ? { IfNoneMatch: "*" } : { IfMatch: replacing }),
      },
      partBytes: partBytesFor(digest.bytes, this.#settings.partBytes),
      retry: this.#retry,
      explain: (error) => this.#explain(error, { verb: "store", name }),
      signal: options.signal,
    });
    const object = {
      uri: uriOf(this.#settings.bucket, name),
      name,
      bytes: digest.bytes,
      generation: sent.ETag ?? "",
      contentType: options.contentType,
      metadata: metadataOf(options),
    };
    const crc32c = wholeCrc32c(sent.ChecksumCRC32C);
    return crc32c === undefined ? this.#readBack(object) : { ...object, crc32c };
  }

  /** Finds out what a server that keeps no checksums has stored, by reading all of it. */
  async #readBack(object: Omit<StoredObject, "crc32c">): Promise<StoredObject> {
    const { name, generation } = object;
    const stored = await this.stat(name);
    if (stored?.generation !== generation) {
      throw new StorageError("precondition", `Somebody else has changed "${name}" meanwhile.`);
    }
    const digest = new Digest();
    for await (const chunk of this.#readPiece({ ...stored, crc32c: "" }, 0, stored.bytes)) {
      digest.update(chunk);
    }
    return { ...object, bytes: stored.bytes, crc32c: digest.crc32c };
  }

  async *#read(name: string, { start, end = Infinity }: ByteRange): AsyncGenerator<Uint8Array> {
    const object = await this.stat(name);
    if (!object) throw this.#explain(NO_SUCH_KEY, { verb: "read", name });
    yield* this.#readPiece(object, start, Math.min(end, object.bytes));
  }

  #readPiece(object: StoredObject, from: number, to: number): AsyncGenerator<Uint8Array> {
    const { name: Key, generation: IfMatch } = object;
    return readResuming({
      object,
      start: from,
      end: to,
      open: async (start, end, abortSignal) => {
        const Range = `bytes=${start}-${end - 1}`;
        const command = new GetObjectCommand({ ...this.#bucket, Key, Range, IfMatch });
        return (await this.#client.send(command, { abortSignal })).Body as Readable;
      },
      explain: (error) => this.#explain(error, { verb: "read", name: Key }),
      retry: this.#retry,
      stallTimeoutMs: this.#stallTimeoutMs,
    });
  }

  /** Only what is known to be missing is missed: a role may read objects and not look at the bucket. */
  async #checkBucket(): Promise<void> {
    const action = { verb: "describe", name: "" } as const;
    try {
      await this.#try(action, () => this.#client.send(new HeadBucketCommand(this.#bucket)));
    } catch (error) {
      if (!(error instanceof StorageError) || error.code === "forbidden") return;
      throw error.code === "not-found" ? this.#explain(NO_SUCH_BUCKET, action) : error;
    }
  }

  #try<T>(action: S3Verb, attempt: () => Promise<T>): Promise<T> {
    return retrying(attempt, this.#retry, (error) => this.#explain(error, action));
  }

  #explain(error: unknown, action: S3Verb): StorageError {
    const { bucket, region, endpoint } = this.#settings;
    return toS3Error(error, { ...action, bucket, region, endpoint });
  }
}
