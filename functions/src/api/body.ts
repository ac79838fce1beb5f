import { type Request, type RequestHandler, raw } from "express";
import type { Answer } from "./answer.ts";
import { problem } from "./problem.ts";

/** No request of this API needs more. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Receives a request's body as it is, up to the limit; one that the platform has received already is left alone. */
export const receiveBody: RequestHandler = raw({
  type: () => true,
  limit: MAX_BODY_BYTES,
  inflate: false,
});

/** A body's value, or why there is none. */
export type ParsedBody = { ok: true; value: unknown } | { ok: false; answer: Answer };

/** Reads a request's body, which may be of these media types, as JSON. */
export function parseBody(request: Request, types: readonly string[]): ParsedBody {
  const bytes = bytesOf(request);
  if (bytes.length > MAX_BODY_BYTES) return { ok: false, answer: tooLarge() };
  if (bytes.length > 0 && !request.is([...types])) return { ok: false, answer: noJson(types) };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, answer: problem("malformed-body", "The body must be JSON in UTF-8.") };
  }
}

/** What is wrong with a request that could not be received; undefined when that is our fault. */
export function explainRefused(error: unknown): Answer | undefined {
  const { status } = Object(error) as { status?: unknown };
  if (status === 413) return tooLarge();
  if (status === 415) return noJson(["application/json"]);
  if (status !== 400) return undefined;
  return problem("invalid-request", "The address or the body of the request is broken.");
}

function tooLarge(): Answer {
  return problem("body-too-large", `The body may have ${MAX_BODY_BYTES} bytes.`);
}

function noJson(types: readonly string[]): Answer {
  const detail = `The body must be ${types.join(" or ")}, and not compressed.`;
  return problem("unsupported-media-type", detail);
}

/** Google's functions framework has read the body by then, and keeps its bytes as `rawBody`. */
function bytesOf(request: Request & { rawBody?: Buffer }): Buffer {
  const received: unknown = request.rawBody ?? request.body;
  return Buffer.isBuffer(received) ? received : Buffer.alloc(0);
}
