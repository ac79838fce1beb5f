import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Reply, Route } from "./routes.ts";

/** Makes an HTTP server, not listening yet, that answers by the table of routes. */
export function createBotServer(routes: Record<string, Route>): Server {
  return createServer(async (request, response) => {
    const reply = await answer(request, routes).catch(refuse);
    send(response, reply);
  });
}

async function answer(request: IncomingMessage, routes: Record<string, Route>): Promise<Reply> {
  const path = request.url?.split("?")[0];
  const name = `${request.method} ${path}`;
  const route = routes[name];
  if (!route) return { status: 404, body: `Cannot ${name}` };
  const body = parseJson(await text(request));
  if (body === unparsable) return { status: 400, body: { success: false, error: "Invalid JSON" } };
  return route(body);
}

/** The bot's process survives every request, one that breaks off in its body included. */
function refuse(error: unknown): Reply {
  return { status: 500, body: { success: false, error: String(error) } };
}

const unparsable = Symbol("unparsable");

function parseJson(json: string): unknown {
  try {
    return json === "" ? undefined : JSON.parse(json);
  } catch {
    return unparsable;
  }
}

function send(response: ServerResponse, { status, body }: Reply): void {
  const isText = typeof body === "string";
  const type = isText ? "text/plain; version=0.0.4; charset=utf-8" : "application/json";
  response.writeHead(status, { "content-type": type });
  response.end(isText ? body : JSON.stringify(body));
}
