import { Readable } from "node:stream";
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
import { Retry } from "./retry.ts";
import { S3Bucket } from "./s3-bucket.ts";
import type { S3Settings } from "./s3-client.ts";
import { describeUpload, metadataOf, tagOf, uriOf, wholeCrc32c } from "./s3-objects.ts";
import { partBytesFor } from "./s3-upload.ts";
import { checkExpiry } from "./signed-url.ts";
import { verifyArrival } from "./verify-arrival.ts";

/** The bytes of a put, read once for their CRC32C. */
interface PutJob {
  source: RecordingSource;
  digest: Digest;
  options: PutOptions;
}

/** A listing says neither CRC32C nor metadata: each of its objects is asked for, so many at once. */
const DESCRIBED_AT_ONCE = 8;

/**
 * Keeps recordings in a bucket of Amazon S3 or of a server like it. That another's object is never
 * replaced needs a server that honours `If-None-Match` and `If-Match` on writes, as Amazon's does.
 *
 * A generation is an ETag, which tells bytes apart and not writes: the same bytes have the same one again.
 */
export class S3RecordingStore implements RecordingStore {
  readonly #bucket: S3Bucket;
  readonly #settings: S3Settings;
  readonly #tagsParts: boolean;

  constructor(settings: S3Settings) {
    this.#bucket = new S3Bucket(settings);
    this.#settings = settings;
    this.#tagsParts = settings.tagsParts ?? !settings.endpoint;
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

  stat(name: string): Promise<StoredObject | undefined> {
    return this.#bucket.stat(name);
  }

  get(name: string, range: ByteRange = { start: 0 }): Readable {
    return Readable.from(this.#read(name, range), { objectMode: false });
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    let next: string | undefined;
    do {
      const page = await this.#bucket.page(prefix, next);
      for (let at = 0; at < page.names.length; at += DESCRIBED_AT_ONCE) {
        const batch = page.names.slice(at, at + DESCRIBED_AT_ONCE);
        const objects = await Promise.all(batch.map((name) => this.stat(name)));
        yield* objects.filter((object) => object !== undefined);
      }
      next = page.next;
    } while (next);
  }

  remove(name: string, generation?: string): Promise<void> {
    return this.#bucket.remove(name, generation);
  }

  /** Made with a role's temporary credentials, it ends with them, however long it was to last. */
  async signedUrl(name: string, { expiresSeconds }: SignedUrlOptions): Promise<string> {
    checkExpiry(expiresSeconds);
    return this.#bucket.sign(name, expiresSeconds);
  }

  /** Uploads until S3 has the bytes unharmed; undefined when the precondition did not hold. */
  async #upload(name: string, replacing: string | undefined, job: PutJob) {
    const { options, digest } = job;
    const retry = new Retry(this.#bucket.retry, options.signal);
    for (;;) {
      try {
        const stored = await this.#send(name, replacing, job);
        return await verifyArrival(stored, digest, (generation) => this.remove(name, generation));
      } catch (error) {
        options.signal?.throwIfAborted();
        if (error instanceof SourceError) throw error;
        const failure = this.#bucket.explain(error, { verb: "store", name });
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
    const params = {
      Key: name,
      Body: Readable.from(readSource(source), { objectMode: false }),
      ...describeUpload(options, digest.crc32c),
      ...(this.#tagsParts && tagOf(name)),
      ...(replacing === undefined ? { IfNoneMatch: "*" } : { IfMatch: replacing }),
    };
    const partBytes = partBytesFor(digest.bytes, this.#settings.partBytes);
    const sent = await this.#bucket.send(params, partBytes, options.signal);
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
    for await (const chunk of this.#bucket.read({ ...stored, crc32c: "" }, 0, stored.bytes)) {
      digest.update(chunk);
    }
    return { ...object, bytes: stored.bytes, crc32c: digest.crc32c };
  }

  async *#read(name: string, { start, end = Infinity }: ByteRange): AsyncGenerator<Uint8Array> {
    const object = await this.#bucket.describe(name);
    yield* this.#bucket.read(object, start, Math.min(end, object.bytes));
  }
}
