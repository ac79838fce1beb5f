import type { IncomingHttpHeaders } from "node:http";
import type { Operation } from "./faults.ts";

/** What a request wants, read from its line and headers. */
export interface Call {
  operation: Operation;
  bucket: string;
  /** The object's name; empty for calls on a bucket. */
  name: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** An answer other than success; `reason` and `message` are Cloud Storage's own words where it has some. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  /** The body of the JSON API's errors: https://cloud.google.com/storage/docs/json_api/v1/status-codes */
  toJSON() {
    const { status: code, message, reason } = this;
    return { error: { code, message, errors: [{ message, domain: "global", reason }] } };
  }
}

const PATH =
  /^(?<upload>\/upload)?(?:\/download)?(?:\/storage\/v1)?\/b\/(?<bucket>[^/]+)(?<objects>\/o(?:\/(?<name>.+))?)?$/;

/** Reads which call of the JSON API a request is; undefined when it is none that the fake knows. */
export function parseCall(
  method: string,
  url: URL,
  headers: IncomingHttpHeaders,
): Call | undefined {
  const groups = PATH.exec(url.pathname)?.groups;
  if (!groups) return undefined;
  const { upload, bucket = "", objects, name } = groups;
  const operation = upload
    ? uploadOperation(method, url, headers)
    : operationOf(method, url, objects, name);
  if (!operation) return undefined;
  const decoded = decodeURIComponent(name ?? "") || (url.searchParams.get("name") ?? "");
  return {
    operation,
    bucket: decodeURIComponent(bucket),
    name: decoded,
    query: url.searchParams,
    headers,
  };
}

function uploadOperation(method: string, url: URL, headers: IncomingHttpHeaders) {
  const type = url.searchParams.get("uploadType");
  if (method === "POST") return type === "resumable" ? "start-upload" : "simple-upload";
  if (method !== "PUT" || type !== "resumable") return undefined;
  return headers["content-range"]?.startsWith("bytes */") ? "upload-status" : "upload";
}

function operationOf(
  method: string,
  url: URL,
  objects?: string,
  name?: string,
): Operation | undefined {
  if (!objects) return method === "GET" ? "bucket" : undefined;
  if (!name) return method === "GET" ? "list" : undefined;
  if (method === "GET") return url.searchParams.get("alt") === "media" ? "download" : "describe";
  return ({ PATCH: "patch", DELETE: "remove" } as const)[method];
}

/** A `Content-Range` of a resumable upload; `end` excluded and, like `total`, undefined where it is a star. */
export interface UploadRange {
  start: number;
  end?: number | undefined;
  total?: number | undefined;
}

/** Reads `bytes 0-99/100`, `bytes 0-*\/*` and the like; no header means the whole body in one go. */
export function parseUploadRange(header: string | undefined): UploadRange {
  if (header === undefined) return { start: 0 };
  const match = /^bytes (\d+)-(\d+|\*)\/(\d+|\*)$/.exec(header);
  if (!match)
    throw new ApiError(400, "badRequest", `Failed to parse Content-Range header: ${header}`);
  const [, start, last, total] = match;
  return {
    start: Number(start),
    end: last === "*" ? undefined : Number(last) + 1,
    total: total === "*" ? undefined : Number(total),
  };
}

/** Reads a download's `Range` as a piece of `size` bytes (`end` excluded); undefined when there is none. */
export function parseDownloadRange(header: string | undefined, size: number) {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = match[2] ? Math.min(Number(match[2]) + 1, size) : size;
  if (start >= size || end <= start) {
    throw new ApiError(416, "requestedRangeNotSatisfiable", "Request range not satisfiable");
  }
  return { start, end };
}

/** Splits a `multipart/related` upload into its description and its bytes. */
export function parseMultipart(contentType: string, body: Buffer) {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!boundary) throw new ApiError(400, "badRequest", "Missing multipart boundary.");
  const marker = Buffer.from(`--${boundary}`);
  const first = body.indexOf(marker);
  const second = body.indexOf(marker, first + marker.length);
  const last = body.lastIndexOf(Buffer.from(`--${boundary}--`));
  if (first < 0 || second < 0 || last <= second) {
    throw new ApiError(400, "badRequest", "Malformed multipart body.");
  }
  const description = partOf(body.subarray(first + marker.length, second));
  return {
    resource: JSON.parse(description.toString()),
    media: partOf(body.subarray(second + marker.length, last)),
  };
}

/** What follows a part's headers, without the line break before the next boundary. */
function partOf(part: Buffer): Buffer {
  return part.subarray(part.indexOf("\r\n\r\n") + 4, part.length - 2);
}
