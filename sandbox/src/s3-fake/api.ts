import { createHash } from "node:crypto";
import { crc32cOf, type Payload, readPayload } from "./body.ts";
import type { Call, Operation } from "./call.ts";
import { type Description, type FakeS3Object, ObjectTable, readDescription } from "./objects.ts";
import { preconditionFailed, S3Error } from "./s3-error.ts";
import { MultipartUploads } from "./uploads.ts";
import { element, xmlDocument } from "./xml.ts";

/** An answer of the fake. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** A call with its whole body; `damaged` stores another byte than was sent. */
export interface ApiRequest {
  call: Call;
  body: Buffer;
  damaged: boolean;
}

/** What the fake holds and how it behaves. */
export interface ApiOptions {
  buckets: readonly string[];
  /** Objects on a page of a listing, at most. */
  pageSize: number;
  /** Whether checksums are kept and told: servers that are like S3 need not. */
  keepsChecksums: boolean;
}

type Handler = (request: ApiRequest) => Answer;

/** The calls of S3 on objects in memory. Everything is done in one turn, so a write is atomic. */
export class S3Api {
  readonly table: ObjectTable;
  readonly uploads = new MultipartUploads();
  readonly #options: ApiOptions;

  readonly #handlers: Readonly<Record<Operation, Handler>> = {
    put: (request) => this.#put(request),
    "create-upload": ({ call }) => {
      const id = element("UploadId", this.uploads.create(call));
      return xml("InitiateMultipartUploadResult", element("Key", call.key) + id);
    },
    "upload-part": (request) => this.#addPart(request),
    "complete-upload": (request) => this.#complete(request),
    "abort-upload": ({ call }) => {
      this.uploads.remove(call);
      return { status: 204 };
    },
    "list-uploads": ({ call }) => this.#listUploads(call),
    head: ({ call }) => this.#head(call),
    get: ({ call }) => this.#get(call),
    remove: ({ call }) => {
      const { bucket, key, headers } = call;
      this.table.checkPreconditions(bucket, key, headers);
      this.table.remove(bucket, key);
      return { status: 204 };
    },
    "head-bucket": () => ({ status: 200 }),
    list: ({ call }) => this.#list(call),
  };

  constructor(options: ApiOptions) {
    this.#options = options;
    this.table = new ObjectTable(options.buckets);
  }

  /** Serves a call; throws `S3Error` for every refusal. */
  serve(request: ApiRequest): Answer {
    this.table.checkBucket(request.call.bucket);
    return this.#handlers[request.call.operation](request);
  }

  #put({ call, body, damaged }: ApiRequest): Answer {
    const { bytes, crc32c } = readPayload(body, call.headers);
    this.table.checkPreconditions(call.bucket, call.key, call.headers);
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    const description = readDescription(call.headers);
    const kept = { bytes: damaged ? spoil(bytes) : bytes, etag, checksum: crc32c !== undefined };
    const object = this.#store(call, kept, description);
    return { status: 200, headers: { ETag: etag, ...checksumHeaders(object) } };
  }

  #addPart({ call, body }: ApiRequest): Answer {
    const payload: Payload = readPayload(body, call.headers);
    const etag = this.uploads.addPart(call, payload);
    const kept = this.#options.keepsChecksums && payload.crc32c;
    return {
      status: 200,
      headers: { ETag: etag, ...(kept ? { "x-amz-checksum-crc32c": kept } : {}) },
    };
  }

  #complete({ call, body, damaged }: ApiRequest): Answer {
    const { bytes, etag, description, checksums } = this.uploads.assemble(call, body.toString());
    this.table.checkPreconditions(call.bucket, call.key, call.headers);
    this.uploads.remove(call);
    const kept = { bytes: damaged ? spoil(bytes) : bytes, etag, checksum: checksums };
    const { crc32c } = this.#store(call, kept, description);
    const checksum =
      element("ChecksumType", "FULL_OBJECT") + element("ChecksumCRC32C", crc32c ?? "");
    const named = element("Bucket", call.bucket) + element("Key", call.key) + element("ETag", etag);
    return xml("CompleteMultipartUploadResult", named + (crc32c ? checksum : ""));
  }

  #store(
    { bucket, key }: Call,
    { bytes, etag, checksum }: { bytes: Buffer; etag: string; checksum: boolean },
    description: Description,
  ): FakeS3Object {
    const crc32c = checksum && this.#options.keepsChecksums ? crc32cOf(bytes) : undefined;
    const object = { bucket, key, bytes, etag, crc32c, ...description };
    this.table.set(object);
    return object;
  }

  #head(call: Call): Answer {
    const object = this.table.get(call.bucket, call.key);
    return { status: 200, headers: objectHeaders(object, call) };
  }

  #get(call: Call): Answer {
    const object = this.table.get(call.bucket, call.key);
    const { "if-match": match, range } = call.headers;
    if (match !== undefined && match !== object.etag) throw preconditionFailed("If-Match");
    const headers = objectHeaders(object, call);
    if (range === undefined) return { status: 200, headers, body: object.bytes };
    const { start, end } = parseRange(range, object.bytes.length);
    headers["Content-Range"] = `bytes ${start}-${end - 1}/${object.bytes.length}`;
    headers["Content-Length"] = String(end - start);
    return { status: 206, headers, body: object.bytes.subarray(start, end) };
  }

  #list({ bucket, query }: Call): Answer {
    if (query.get("list-type") !== "2") throw new S3Error(501, "NotImplemented", "Version 2 only.");
    const prefix = query.get("prefix") ?? "";
    const after = Buffer.from(query.get("continuation-token") ?? "", "base64url").toString();
    const size = Math.min(Number(query.get("max-keys") ?? 1000), this.#options.pageSize);
    const found = this.table
      .all()
      .filter((object) => object.bucket === bucket && object.key.startsWith(prefix))
      .filter(({ key }) => key > after);
    const page = found.slice(0, size);
    const more = found.length > page.length;
    const token = Buffer.from(page.at(-1)?.key ?? "").toString("base64url");
    const contents = page.map(
      ({ key, bytes, etag }) =>
        `<Contents>${element("Key", key)}${element("ETag", etag)}${element("Size", bytes.length)}</Contents>`,
    );
    const next = more ? element("NextContinuationToken", token) : "";
    const counts = element("KeyCount", page.length) + element("IsTruncated", more);
    return xml("ListBucketResult", counts + next + contents.join(""));
  }

  #listUploads({ bucket }: Call): Answer {
    const own = this.uploads.unfinished().filter((upload) => upload.bucket === bucket);
    const uploads = own.map(
      ({ id, key }) => `<Upload>${element("Key", key)}${element("UploadId", id)}</Upload>`,
    );
    return xml("ListMultipartUploadsResult", uploads.join(""));
  }
}

function objectHeaders(object: FakeS3Object, { headers }: Call): Record<string, string> {
  const asked = headers["x-amz-checksum-mode"] === "ENABLED" && headers.range === undefined;
  const metadata = Object.entries(object.metadata);
  return {
    "Content-Type": object.contentType,
    "Content-Length": String(object.bytes.length),
    ETag: object.etag,
    ...Object.fromEntries(metadata.map(([name, value]) => [`x-amz-meta-${name}`, value])),
    ...(asked ? checksumHeaders(object) : {}),
  };
}

function checksumHeaders({ crc32c }: FakeS3Object): Record<string, string> {
  if (crc32c === undefined) return {};
  return { "x-amz-checksum-crc32c": crc32c, "x-amz-checksum-type": "FULL_OBJECT" };
}

function parseRange(header: string, size: number): { start: number; end: number } {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? [];
  const start = Number(first);
  const end = last ? Math.min(Number(last) + 1, size) : size;
  if (start < end) return { start, end };
  throw new S3Error(416, "InvalidRange", "The requested range is not satisfiable");
}

/** The same bytes, but for a bit of the first. */
function spoil(bytes: Buffer): Buffer {
  const spoilt = Buffer.from(bytes);
  spoilt[0] = (spoilt[0] ?? 0) ^ 1;
  return spoilt;
}

function xml(root: string, content: string): Answer {
  const headers = { "Content-Type": "application/xml" };
  return { status: 200, headers, body: xmlDocument(root, content) };
}
