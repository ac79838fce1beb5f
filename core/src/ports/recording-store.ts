import type { Readable } from "node:stream";

/** Bytes that can be read again from their beginning, as a retry needs to. */
export interface RecordingSource {
  /** Opens the bytes at their beginning. Every call must give the same bytes. */
  open(): Readable;
  /** How many bytes there are, where that is known; lets a store send little ones in one request. */
  bytes?: number;
}

/** Whose object it is: stored with it, and asked for before anything is replaced. */
export interface ObjectOwner {
  /** The bot instance's id. */
  instance: string;
  /** Its attempt, counted from 1: an earlier attempt never replaces what a later one stored. */
  attempt: number;
}

/** What is stored beside the bytes. */
export interface PutOptions {
  owner: ObjectOwner;
  contentType: string;
  /** Custom metadata; keys in lower case with dashes, as every object store allows. */
  metadata?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

/** An object as the store itself describes it. */
export interface StoredObject {
  /** `scheme://bucket/name`. */
  uri: string;
  name: string;
  bytes: number;
  /** CRC32C of the bytes, big-endian, base64: as Cloud Storage writes it. Empty where others stored it and none is kept. */
  crc32c: string;
  /** The store's version of this object: opaque, different after every replacement. */
  generation: string;
  contentType: string;
  metadata: Readonly<Record<string, string>>;
}

/** A piece of an object: `start` is included, `end` is not, as in `slice`. */
export interface ByteRange {
  start: number;
  end?: number;
}

/** For how long a URL is good. */
export interface SignedUrlOptions {
  /** A whole number from 1 to `MAX_SIGNED_URL_SECONDS`. */
  expiresSeconds: number;
}

/** Seven days: the most that Cloud Storage's and Amazon's signatures of version 4 can last. */
export const MAX_SIGNED_URL_SECONDS = 7 * 24 * 60 * 60;

/**
 * Where recordings are kept. Every method ends within a bounded time and throws `StorageError`,
 * except for a source that cannot be read: that throws `SourceError`.
 */
export interface RecordingStore {
  /**
   * Stores the source's bytes and returns only after the store has confirmed their size and CRC32C.
   * An object of the same instance is replaced, or kept when its bytes are the same; another's is
   * never touched: ours is then called `video-2.mp4`, so use the returned name.
   */
  put(name: string, source: RecordingSource, options: PutOptions): Promise<StoredObject>;
  /** Describes an object; undefined when there is none. */
  stat(name: string): Promise<StoredObject | undefined>;
  /** Reads an object, or a piece of it; goes on after a broken connection, and checks a whole one's CRC32C. */
  get(name: string, range?: ByteRange): Readable;
  /** Lists the objects whose names begin with `prefix`, by name. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Removes an object, only at `generation` when one is given. One that is gone already is a success. */
  remove(name: string, generation?: string): Promise<void>;
  /**
   * Makes a URL by which anybody who has it can read the object until it expires; the object itself
   * is never made public. Does not ask whether there is such an object.
   */
  signedUrl(name: string, options: SignedUrlOptions): Promise<string>;
}

/**
 * What a store's refusal means: `no-bucket`, `not-found` (the object that was to be read),
 * `forbidden`, `precondition` (somebody else changed or owns the object), `unavailable` (it may work
 * later), `corrupt` (what it holds is not what was sent), `refused` (anything else it will not do).
 */
export type StorageErrorCode =
  | "no-bucket"
  | "not-found"
  | "forbidden"
  | "precondition"
  | "unavailable"
  | "corrupt"
  | "refused";

/** The store did not do it; `message` tells a user what to do about it. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether the same request may succeed later without anybody doing anything. */
  get retryable(): boolean {
    return this.code === "unavailable" || this.code === "corrupt";
  }
}

/** The bytes that were to be stored could not be read: no fault of the store, no use in a retry. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}
