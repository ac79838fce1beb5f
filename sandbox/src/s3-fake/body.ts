import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Digest } from "../../../storage/src/crc32c.ts";
import { invalidRequest, S3Error } from "./s3-error.ts";

/** A request's bytes without their wrapping, and the CRC32C that they were sent with. */
export interface Payload {
  bytes: Buffer;
  crc32c: string | undefined;
}

const CHECKSUM = "x-amz-checksum-crc32c";

/**
 * Unwraps a body and checks its length, its SHA-256 and its CRC32C. Of the ways to send one in chunks
 * the fake knows `STREAMING-UNSIGNED-PAYLOAD-TRAILER`:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function readPayload(body: Buffer, headers: IncomingHttpHeaders): Payload {
  const hash = String(headers["x-amz-content-sha256"] ?? "");
  const chunked = hash.startsWith("STREAMING-");
  const { bytes, trailers } = chunked ? unwrap(body, hash, headers) : { bytes: body, trailers: {} };
  if (!chunked && hash !== "UNSIGNED-PAYLOAD" && hash !== sha256(bytes)) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw new S3Error(400, "XAmzContentSHA256Mismatch", message);
  }
  const crc32c = headers[CHECKSUM] ?? (trailers as Record<string, string>)[CHECKSUM];
  checkCrc32c(bytes, crc32c?.toString(), headers["x-amz-sdk-checksum-algorithm"]);
  return { bytes, crc32c: crc32c?.toString() };
}

/** The CRC32C of bytes, as S3 writes it. */
export function crc32cOf(bytes: Buffer): string {
  const digest = new Digest();
  digest.update(bytes);
  return digest.crc32c;
}

function checkCrc32c(bytes: Buffer, sent: string | undefined, algorithm: unknown): void {
  if (algorithm !== undefined && (algorithm !== "CRC32C" || sent === undefined)) {
    throw invalidRequest(
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  if (sent !== undefined && sent !== crc32cOf(bytes)) {
    const message = "The CRC32C you specified did not match the calculated checksum.";
    throw new S3Error(400, "BadDigest", message);
  }
}

function unwrap(body: Buffer, hash: string, headers: IncomingHttpHeaders) {
  if (hash !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    throw new S3Error(501, "NotImplemented", `The fake does not know ${hash}.`);
  }
  if (!headers["content-encoding"]?.split(",").includes("aws-chunked")) {
    throw invalidRequest("A streamed payload needs Content-Encoding: aws-chunked");
  }
  const { bytes, rest } = readChunks(body);
  if (bytes.length !== Number(headers["x-amz-decoded-content-length"])) {
    throw new S3Error(400, "IncompleteBody", "The decoded length is not what was announced.");
  }
  const lines = rest.toString("latin1").split("\r\n").filter(Boolean);
  const trailers = Object.fromEntries(lines.map((line) => line.split(/: ?/, 2)));
  const announced = headers["x-amz-trailer"];
  if (announced !== undefined && !(String(announced) in trailers)) {
    throw new S3Error(400, "MalformedTrailerError", "The announced trailer did not come.");
  }
  return { bytes, trailers };
}

/** Reads `{length in hex}\r\n{bytes}\r\n` until a length of 0; what follows are the trailers. */
function readChunks(body: Buffer): { bytes: Buffer; rest: Buffer } {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.toString("latin1", at, lineEnd), 16);
    const start = lineEnd + 2;
    if (lineEnd < 0 || Number.isNaN(length) || start + length > body.length) {
      throw new S3Error(400, "IncompleteBody", "The chunks do not add up.");
    }
    if (length === 0) return { bytes: Buffer.concat(chunks), rest: body.subarray(start) };
    chunks.push(body.subarray(start, start + length));
    at = start + length + 2;
  }
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
