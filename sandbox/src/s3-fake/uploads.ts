import { createHash, randomUUID } from "node:crypto";
import type { Payload } from "./body.ts";
import type { Call } from "./call.ts";
import { type Description, readDescription } from "./objects.ts";
import { invalidRequest, S3Error } from "./s3-error.ts";
import { contentsOf } from "./xml.ts";

/** What is left of an upload that was neither completed nor aborted. */
export interface UnfinishedUpload {
  id: string;
  bucket: string;
  key: string;
}

interface Part {
  bytes: Buffer;
  etag: string;
}

interface MultipartUpload extends UnfinishedUpload {
  description: Description;
  /** Whether a CRC32C of all bytes is to be kept, and so every part has to come with its own. */
  checksums: boolean;
  parts: Map<number, Part>;
}

/** Every part but the last. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

/** Uploads in parts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export class MultipartUploads {
  readonly #uploads = new Map<string, MultipartUpload>();

  unfinished(): UnfinishedUpload[] {
    return [...this.#uploads.values()].map(({ id, bucket, key }) => ({ id, bucket, key }));
  }

  create({ bucket, key, headers }: Call): string {
    refuseConditions(headers);
    const algorithm = headers["x-amz-checksum-algorithm"];
    const type = headers["x-amz-checksum-type"];
    const known = algorithm === undefined || (algorithm === "CRC32C" && type === "FULL_OBJECT");
    if (!known) throw invalidRequest(`The fake keeps no ${algorithm} of type ${type}.`);
    const id = randomUUID();
    const description = readDescription(headers);
    const checksums = algorithm !== undefined;
    this.#uploads.set(id, { id, bucket, key, description, checksums, parts: new Map() });
    return id;
  }

  /** Takes a part; gives its ETag. */
  addPart(call: Call, { bytes, crc32c }: Payload): string {
    refuseConditions(call.headers);
    const upload = this.#find(call);
    const number = Number(call.query.get("partNumber"));
    if (!(Number.isInteger(number) && number >= 1 && number <= MAX_PARTS)) {
      const message = `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`;
      throw new S3Error(400, "InvalidArgument", message);
    }
    if (upload.checksums && crc32c === undefined) {
      throw invalidRequest("The upload was created using a crc32c checksum. The part has none.");
    }
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    upload.parts.set(number, { bytes, etag });
    return etag;
  }

  /** Puts the parts that the document names together; the upload is still there afterwards. */
  assemble(call: Call, document: string) {
    const { parts, description, checksums } = this.#find(call);
    if (checksums && call.headers["x-amz-checksum-type"] !== "FULL_OBJECT") {
      throw invalidRequest("The checksum type is not the one that the upload was created with.");
    }
    const numbers = contentsOf(document, "PartNumber").map(Number);
    const etags = contentsOf(document, "ETag");
    if (numbers.some((number, at) => number <= (numbers[at - 1] ?? 0))) {
      const message = "The list of parts was not in ascending order.";
      throw new S3Error(400, "InvalidPartOrder", message);
    }
    const named = numbers.map((number, at) => checkPart(parts.get(number), etags[at]));
    if (named.length === 0) throw new S3Error(400, "MalformedXML", "No part is named.");
    if (named.slice(0, -1).some(({ bytes }) => bytes.length < MIN_PART_BYTES)) {
      const message = "Your proposed upload is smaller than the minimum allowed object size.";
      throw new S3Error(400, "EntityTooSmall", message);
    }
    const bytes = Buffer.concat(named.map((part) => part.bytes));
    return { bytes, etag: etagOfParts(named), description, checksums };
  }

  remove(call: Call): void {
    this.#uploads.delete(this.#find(call).id);
  }

  #find({ bucket, key, query }: Call): MultipartUpload {
    const upload = this.#uploads.get(query.get("uploadId") ?? "");
    if (upload?.bucket === bucket && upload.key === key) return upload;
    throw new S3Error(404, "NoSuchUpload", "The specified multipart upload does not exist.");
  }
}

function checkPart(part: Part | undefined, etag: string | undefined): Part {
  if (part && part.etag === etag) return part;
  const message = "One or more of the specified parts could not be found.";
  throw new S3Error(400, "InvalidPart", message);
}

/** The MD5 of the parts' MD5s, and their number. */
function etagOfParts(parts: readonly Part[]): string {
  const hash = createHash("md5");
  for (const { etag } of parts) hash.update(Buffer.from(etag.slice(1, -1), "hex"));
  return `"${hash.digest("hex")}-${parts.length}"`;
}

/** Only the request that makes an object takes conditions. */
function refuseConditions(headers: Call["headers"]): void {
  if (headers["if-match"] === undefined && headers["if-none-match"] === undefined) return;
  const message = "A header you provided implies functionality that is not implemented";
  throw new S3Error(501, "NotImplemented", message);
}
