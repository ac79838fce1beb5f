import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { ApiRequest } from "./service.ts";
import { type Answer, failure } from "./status.ts";

/** An HTTP server that answers each request as told; one with no answer stays open. */
export function httpServer(answer: (request: ApiRequest) => Answer | undefined): Server {
  return createServer(async (request, response) => {
    try {
      const found = answer(await readRequest(request));
      if (found) send(response, found);
    } catch (error) {
      send(response, failure(500, "InternalError", `Internal error occurred: ${error}`));
    }
  });
}

async function readRequest(request: IncomingMessage): Promise<ApiRequest> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const body = await text(request);
  return { method: request.method ?? "GET", path: pathname, query: searchParams, body };
}

function send(response: ServerResponse, { code, body, headers = {} }: Answer): void {
  const plain = typeof body === "string";
  const type = plain ? "text/plain; charset=utf-8" : "application/json";
  response.writeHead(code, { "Content-Type": type, ...headers });
  response.end(plain ? body : JSON.stringify(body, inSeconds));
}

/** Kubernetes writes instants without fractions of a second. */
function inSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.toISOString().replace(/\.\d+Z$/, "Z") : value;
}
