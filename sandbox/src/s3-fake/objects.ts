import type { IncomingHttpHeaders } from "node:http";
import { noSuchKey, preconditionFailed, S3Error } from "./s3-error.ts";

/** An object in the fake. */
export interface FakeS3Object {
  bucket: string;
  key: string;
  bytes: Buffer;
  /** With its quotes. */
  etag: string;
  contentType: string;
  /** User metadata, keys without `x-amz-meta-`. */
  metadata: Readonly<Record<string, string>>;
  /** As in the header: `key=value&…`. */
  tagging: string;
  /** Of the whole object; undefined where none was sent, or the fake keeps none. */
  crc32c: string | undefined;
}

/** What an object is besides its bytes, as the request that begins it says. */
export type Description = Pick<FakeS3Object, "contentType" | "metadata" | "tagging">;

/** Reads an object's type, tags and user metadata; metadata are at most 2 KB, names and values together. */
export function readDescription(headers: IncomingHttpHeaders): Description {
  const own = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  const metadata = Object.fromEntries(
    own.map(([name, value]) => [name.slice("x-amz-meta-".length), String(value)]),
  );
  const bytes = Buffer.byteLength(Object.entries(metadata).flat().join(""));
  if (bytes > 2048) {
    const message = "Your metadata headers exceed the maximum allowed metadata size";
    throw new S3Error(400, "MetadataTooLarge", message);
  }
  const tagging = String(headers["x-amz-tagging"] ?? "");
  return { contentType: headers["content-type"] ?? "application/octet-stream", metadata, tagging };
}

/** All buckets' objects. */
export class ObjectTable {
  readonly #objects = new Map<string, FakeS3Object>();
  readonly #buckets: ReadonlySet<string>;

  constructor(buckets: readonly string[]) {
    this.#buckets = new Set(buckets);
  }

  /** Every object of every bucket, by bucket and name. */
  all(): FakeS3Object[] {
    const entries = [...this.#objects].sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([, object]) => object);
  }

  checkBucket(bucket: string): void {
    if (this.#buckets.has(bucket)) return;
    const details = { BucketName: bucket };
    throw new S3Error(404, "NoSuchBucket", "The specified bucket does not exist", details);
  }

  find(bucket: string, key: string): FakeS3Object | undefined {
    return this.#objects.get(`${bucket}/${key}`);
  }

  get(bucket: string, key: string): FakeS3Object {
    const object = this.find(bucket, key);
    if (!object) throw noSuchKey(key);
    return object;
  }

  set(object: FakeS3Object): void {
    this.#objects.set(`${object.bucket}/${object.key}`, object);
  }

  remove(bucket: string, key: string): void {
    this.#objects.delete(`${bucket}/${key}`);
  }

  /**
   * The preconditions of a write:
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  checkPreconditions(bucket: string, key: string, headers: IncomingHttpHeaders): void {
    const object = this.find(bucket, key);
    const { "if-none-match": none, "if-match": match } = headers;
    if (none !== undefined && none !== "*") {
      const message = "A header you provided implies functionality that is not implemented";
      throw new S3Error(501, "NotImplemented", message, { Header: "If-None-Match" });
    }
    if (none !== undefined && object) throw preconditionFailed("If-None-Match");
    if (match === undefined) return;
    if (!object) throw noSuchKey(key);
    if (match !== object.etag) throw preconditionFailed("If-Match");
  }
}
