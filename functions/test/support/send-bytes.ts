import { once } from "node:events";
import { type Agent, type IncomingMessage, request as open } from "node:http";
import { text } from "node:stream/consumers";
import type { WireRequest } from "../../../test/arbitraries/http.ts";

/** What came back: the headers as `fetch` has them, the body as text. */
export interface WireAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** Sends a request as it is: `fetch` mends addresses and headers, or refuses them. */
export async function sendBytes(
  origin: string,
  wire: WireRequest,
  agent: Agent,
): Promise<WireAnswer> {
  const { method, target: path, headers, body } = wire;
  const length = { "Content-Length": String(body.length) };
  const request = open(origin, { agent, method, path, headers: { ...headers, ...length } });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const { statusCode: status = 0, headersDistinct } = response;
  const pairs = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  return { status, headers: new Headers(pairs), text: await text(response) };
}
