import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Call } from "./call.ts";
import { S3Error } from "./s3-error.ts";

/** Whom the fake knows, where it is, and its clock. */
export interface Authority {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  now(): number;
}

/** A signature with what it says it was made of. */
interface Signed {
  credential: string;
  signedHeaders: string;
  signature: string;
  /** `20260131T120000Z` */
  date: string;
  payloadHash: string;
  query: URLSearchParams;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const MAX_SKEW_MS = 15 * 60_000;
const MAX_EXPIRY_SECONDS = 7 * 24 * 60 * 60;

/**
 * Checks a request's signature of version 4, in its header or in its URL:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export function checkSignature(call: Call, authority: Authority): void {
  const presigned = call.query.has("X-Amz-Signature");
  const signed = presigned ? readQuery(call, authority) : readHeader(call, authority);
  const [accessKeyId = "", ...scope] = signed.credential.split("/");
  if (accessKeyId !== authority.accessKeyId) {
    const message = "The AWS Access Key Id you provided does not exist in our records.";
    throw new S3Error(403, "InvalidAccessKeyId", message);
  }
  checkScope(scope, signed.date, authority);
  checkSignedHeaders(call, signed.signedHeaders.split(";"));
  const expected = Buffer.from(sign(call, signed, scope, authority));
  const given = Buffer.from(signed.signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    const message =
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
    throw new S3Error(403, "SignatureDoesNotMatch", message);
  }
}

function readHeader({ headers, query }: Call, { now }: Authority): Signed {
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/;
  const [, credential, signedHeaders, signature] = pattern.exec(headers.authorization ?? "") ?? [];
  if (!credential || !signedHeaders || !signature) {
    throw new S3Error(403, "AccessDenied", "Access Denied");
  }
  const date = String(headers["x-amz-date"] ?? "");
  if (!(Math.abs(instantOf(date) - now()) <= MAX_SKEW_MS)) {
    const message = "The difference between the request time and the current time is too large.";
    throw new S3Error(403, "RequestTimeTooSkewed", message);
  }
  const payloadHash = String(headers["x-amz-content-sha256"] ?? "");
  return { credential, signedHeaders, signature, date, payloadHash, query };
}

function readQuery({ query }: Call, { now }: Authority): Signed {
  const unsigned = new URLSearchParams(query);
  unsigned.delete("X-Amz-Signature");
  const value = (name: string) => query.get(`X-Amz-${name}`) ?? "";
  const expiresSeconds = Number(value("Expires"));
  if (!(expiresSeconds >= 1 && expiresSeconds <= MAX_EXPIRY_SECONDS)) {
    const message = "X-Amz-Expires must be less than a week (in seconds)";
    throw new S3Error(400, "AuthorizationQueryParametersError", message);
  }
  if (!(now() <= instantOf(value("Date")) + expiresSeconds * 1000)) {
    throw new S3Error(403, "AccessDenied", "Request has expired");
  }
  return {
    credential: value("Credential"),
    signedHeaders: value("SignedHeaders"),
    signature: value("Signature"),
    date: value("Date"),
    payloadHash: "UNSIGNED-PAYLOAD",
    query: unsigned,
  };
}

function checkScope(scope: string[], date: string, { region }: Authority): void {
  const [day, scopeRegion, service, end] = scope;
  if (day === date.slice(0, 8) && service === "s3" && end === "aws4_request") {
    if (scopeRegion === region) return;
    const message = `The authorization header is malformed; the region '${scopeRegion}' is wrong; expecting '${region}'`;
    throw new S3Error(400, "AuthorizationHeaderMalformed", message, { Region: region });
  }
  throw new S3Error(400, "AuthorizationHeaderMalformed", "The credential's scope is malformed");
}

/** Host and every `x-amz-` header have to be signed: others could be changed on the way. */
function checkSignedHeaders({ headers }: Call, signedHeaders: string[]): void {
  const needed = Object.keys(headers).filter((name) => name.startsWith("x-amz-"));
  const missing = ["host", ...needed].filter((name) => !signedHeaders.includes(name));
  if (missing.length === 0) return;
  const message = "There were headers present in the request which were not signed";
  throw new S3Error(403, "AccessDenied", message, { HeadersNotSigned: missing.join(", ") });
}

function sign(call: Call, signed: Signed, scope: string[], authority: Authority): string {
  const names = signed.signedHeaders.split(";");
  const headers = names.map((name) => `${name}:${canonicalValue(call.headers[name])}\n`).join("");
  const request = [
    call.method,
    call.path,
    canonicalQuery(signed.query),
    headers,
    signed.signedHeaders,
    signed.payloadHash,
  ].join("\n");
  const hash = createHash("sha256").update(request).digest("hex");
  const toSign = [ALGORITHM, signed.date, scope.join("/"), hash].join("\n");
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${authority.secretAccessKey}`);
  return hmac(key, toSign).toString("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function canonicalValue(value: string | string[] | undefined): string {
  return String(value ?? "")
    .trim()
    .replaceAll(/ +/g, " ");
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
}

function encode(text: string): string {
  const toHex = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, toHex);
}

/** NaN for what is no instant. */
function instantOf(date: string): number {
  return Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
}
