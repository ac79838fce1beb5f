import type { IncomingHttpHeaders } from "node:http";

/** The requests that the fake tells apart. */
export type Operation =
  | "put"
  | "create-upload"
  | "upload-part"
  | "complete-upload"
  | "abort-upload"
  | "list-uploads"
  | "head"
  | "get"
  | "remove"
  | "head-bucket"
  | "list";

/** What a request wants, read from its line and headers. */
export interface Call {
  operation: Operation;
  method: string;
  bucket: string;
  /** The object's name; empty for calls on a bucket. */
  key: string;
  /** Path and query as they were sent, which is what a signature is about. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** The host of path-style requests, and the end of the others': `recordings.localhost`. */
export const HOST = "localhost";

const ON_OBJECTS: Readonly<Record<string, Operation>> = {
  PUT: "put",
  "PUT uploadId": "upload-part",
  "POST uploads": "create-upload",
  "POST uploadId": "complete-upload",
  "DELETE uploadId": "abort-upload",
  HEAD: "head",
  GET: "get",
  DELETE: "remove",
};

const ON_BUCKETS: Readonly<Record<string, Operation>> = {
  HEAD: "head-bucket",
  GET: "list",
  "GET uploads": "list-uploads",
};

/** Reads which call a request is, by path or by host; undefined when it is none that the fake knows. */
export function parseCall(
  method: string,
  target: string,
  headers: IncomingHttpHeaders,
): Call | undefined {
  const [path = "", search] = target.split("?", 2);
  const query = new URLSearchParams(search);
  const { bucket, encodedKey } = locate(path, headers.host ?? "");
  // Amazon's servers read a plus in a path as a space.
  const key = decodeURIComponent(encodedKey.replaceAll("+", "%20"));
  const marks = ["uploads", "uploadId"].filter((name) => query.has(name));
  const operation = (key === "" ? ON_BUCKETS : ON_OBJECTS)[[method, ...marks].join(" ")];
  return operation && { operation, method, bucket, key, path, query, headers };
}

function locate(path: string, host: string): { bucket: string; encodedKey: string } {
  const name = host.replace(/:\d+$/, "");
  if (name.endsWith(`.${HOST}`)) {
    return { bucket: name.slice(0, -HOST.length - 1), encodedKey: path.slice(1) };
  }
  const [, bucket = "", encodedKey = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, encodedKey };
}
