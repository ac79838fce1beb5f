import { Readable } from "node:stream";
import {
  type Bucket,
  type FileMetadata,
  IdempotencyStrategy,
  Storage,
  type StorageOptions,
} from "@google-cloud/storage";
import {
  type ByteRange,
  type PutOptions,
  type RecordingSource,
  type RecordingStore,
  type SignedUrlOptions,
  StorageError,
  type StoredObject,
} from "@meeting-bot/core";
import { toStorageError } from "./gcs-errors.ts";
import { openGcsObject } from "./gcs-read.ts";
import { ownerMetadata } from "./ownership.ts";
import { putOwned } from "./put-owned.ts";
import { digestOf } from "./recording-source.ts";
import { readResuming } from "./resuming-read.ts";
import { DEFAULT_RETRY, type RetryPolicy, retrying } from "./retry.ts";
import { checkExpiry } from "./signed-url.ts";
import { withTimeout } from "./stall-watch.ts";
import type { StorageAction } from "./storage-action.ts";
import { type UploadTarget, upload } from "./upload.ts";

/** Which bucket, and how to talk to it. */
export interface GcsSettings {
  bucket: string;
  /** Another server than Google's, scheme included: an emulator, a private endpoint. */
  apiEndpoint?: string | undefined;
  /** Who asks; by default whom Google's library finds by itself. */
  authClient?: StorageOptions["authClient"] | undefined;
  /**
   * Bytes a request of a resumable upload, held in memory; a multiple of 256 KiB, default 8 MiB.
   * 0 sends all in one request: Google's emulator hangs on chunks.
   */
  chunkBytes?: number | undefined;
  retry?: RetryPolicy | undefined;
  /** How long a request may go without progress before it counts as failed; default one minute. */
  stallTimeoutMs?: number | undefined;
}

const MIB = 1024 * 1024;

/** Sources known to be no bigger go in one request: half the round trips for a part. */
const ONE_REQUEST_BYTES = 8 * MIB;

const PAGE_SIZE = 500;

/** Keeps recordings in a Cloud Storage bucket. */
export class GcsRecordingStore implements RecordingStore {
  readonly #bucket: Bucket;
  readonly #chunkBytes: number;
  readonly #retry: RetryPolicy;
  readonly #stallTimeoutMs: number;

  constructor(settings: GcsSettings) {
    this.#chunkBytes = settings.chunkBytes ?? 8 * MIB;
    this.#retry = settings.retry ?? DEFAULT_RETRY;
    this.#stallTimeoutMs = settings.stallTimeoutMs ?? 60_000;
    const storage = new Storage({
      ...(settings.apiEndpoint ? { apiEndpoint: settings.apiEndpoint } : {}),
      ...(settings.authClient ? { authClient: settings.authClient } : {}),
      // The client's own retries break uploads: a commit whose answer was lost is a RangeError, and
      // after a failed status query it goes on twice at once. `Retry` does it instead.
      retryOptions: { autoRetry: false, idempotencyStrategy: IdempotencyStrategy.RetryAlways },
    });
    this.#bucket = storage.bucket(settings.bucket);
  }

  async put(name: string, source: RecordingSource, options: PutOptions): Promise<StoredObject> {
    return putOwned(name, options.owner, {
      upload: (candidate, replacing) => this.#upload(candidate, replacing ?? "0", source, options),
      stat: (candidate) => this.stat(candidate),
      digest: () => digestOf(source),
    });
  }

  stat(name: string): Promise<StoredObject | undefined> {
    return this.#try({ verb: "describe", name }, () => this.#describe(name));
  }

  get(name: string, range: ByteRange = { start: 0 }): Readable {
    return Readable.from(this.#read(name, range), { objectMode: false });
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    const query = { prefix, maxResults: PAGE_SIZE, autoPaginate: false };
    let pageToken: string | undefined;
    do {
      const [files, next] = await this.#try({ verb: "list", name: prefix }, () =>
        this.#bucket.getFiles(pageToken ? { ...query, pageToken } : query),
      );
      for (const { metadata } of files) yield this.#toStoredObject(metadata);
      pageToken = (next as { pageToken?: string } | null)?.pageToken;
    } while (pageToken);
  }

  async remove(name: string, generation?: string): Promise<void> {
    const options = generation === undefined ? {} : { ifGenerationMatch: generation };
    try {
      await this.#try({ verb: "remove", name }, () => this.#bucket.file(name).delete(options));
    } catch (error) {
      if (!(error instanceof StorageError && error.code === "not-found")) throw error;
    }
  }

  async signedUrl(name: string, { expiresSeconds }: SignedUrlOptions): Promise<string> {
    checkExpiry(expiresSeconds);
    const accessibleAt = Date.now();
    const expires = accessibleAt + expiresSeconds * 1000;
    const options = { version: "v4", action: "read", accessibleAt, expires } as const;
    const [url] = await this.#try({ verb: "sign", name }, () =>
      this.#bucket.file(name).getSignedUrl(options),
    );
    return url;
  }

  async #upload(name: string, generation: string, source: RecordingSource, options: PutOptions) {
    const target = this.#uploadTarget(name, generation, source, options);
    const { owner, signal } = options;
    const bounds = { retry: this.#retry, stallTimeoutMs: this.#stallTimeoutMs };
    return upload(target, { source, owner, signal, ...bounds });
  }

  #uploadTarget(
    name: string,
    generation: string,
    source: RecordingSource,
    { contentType, metadata, owner }: PutOptions,
  ): UploadTarget {
    const file = this.#bucket.file(name);
    const oneRequest = source.bytes !== undefined && source.bytes <= ONE_REQUEST_BYTES;
    const options = {
      resumable: !oneRequest,
      ...(this.#chunkBytes > 0 ? { chunkSize: this.#chunkBytes } : {}),
      // `upload` compares: the client's own CRC32C runs at 44 MB/s.
      validation: false,
      preconditionOpts: { ifGenerationMatch: generation },
    };
    // Made anew for every writer: the client writes into it.
    const describe = () => ({ contentType, metadata: { ...metadata, ...ownerMetadata(owner) } });
    return {
      openWriter: (session) =>
        file.createWriteStream({
          ...options,
          metadata: describe(),
          ...(session === undefined ? {} : { uri: session }),
        }),
      written: () => this.#toStoredObject(file.metadata),
      describe: () => withTimeout(this.#describe(name), this.#stallTimeoutMs),
      remove: (written) => this.remove(name, written),
      explain: (error) => this.#explain(error, { verb: "store", name }),
    };
  }

  async *#read(name: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    const action = { verb: "read", name } as const;
    const object = await this.stat(name);
    if (!object) throw this.#explain({ code: 404, message: "No such object" }, action);
    yield* readResuming({
      object,
      start: range.start,
      end: Math.min(range.end ?? object.bytes, object.bytes),
      open: (start, end, signal) => openGcsObject(this.#bucket, object, { start, end }, signal),
      explain: (error) => this.#explain(error, action),
      retry: this.#retry,
      stallTimeoutMs: this.#stallTimeoutMs,
    });
  }

  #try<T>(action: Omit<StorageAction, "bucket">, attempt: () => Promise<T>): Promise<T> {
    const bounded = () => withTimeout(attempt(), this.#stallTimeoutMs);
    return retrying(bounded, this.#retry, (error) => this.#explain(error, action));
  }

  async #describe(name: string): Promise<StoredObject | undefined> {
    try {
      const [metadata] = await this.#bucket.file(name).getMetadata();
      return this.#toStoredObject(metadata);
    } catch (error) {
      const failure = this.#explain(error, { verb: "describe", name });
      if (failure.code === "not-found") return undefined;
      throw failure;
    }
  }

  #explain(error: unknown, action: Omit<StorageAction, "bucket">): StorageError {
    return toStorageError(error, { ...action, bucket: this.#bucket.name });
  }

  #toStoredObject(metadata: FileMetadata): StoredObject {
    const name = metadata.name ?? "";
    const custom = Object.entries(metadata.metadata ?? {});
    return {
      uri: `gs://${this.#bucket.name}/${name}`,
      name,
      bytes: Number(metadata.size),
      crc32c: metadata.crc32c ?? "",
      generation: String(metadata.generation),
      contentType: metadata.contentType ?? "",
      metadata: Object.fromEntries(custom.map(([key, value]) => [key, String(value)])),
    };
  }
}
