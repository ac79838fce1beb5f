import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigurationError } from "@meeting-bot/core";
import { type BotCallback, type MalformedCallback, parseCallback } from "./callbacks.ts";

/** What a listener tells: each callback, and each request that should have been one. */
export interface CallbackEvents {
  callback: [BotCallback];
  malformed: [MalformedCallback];
}

/** The callbacks of one job. */
export interface BotCallbacks {
  /** Everything that was received so far, in order. */
  readonly received: readonly BotCallback[];
  readonly events: EventEmitter<CallbackEvents>;
}

/** A listener that is listening. */
export interface CallbackListener extends BotCallbacks {
  port: number;
  close(): Promise<void>;
}

/** What to listen for. */
export interface ListenerOptions {
  /** 0 for any free one. */
  port: number;
  /** Callbacks of other jobs are not ours to hear. */
  botId: string;
}

const ROUTES: Readonly<Record<string, BotCallback["kind"]>> = {
  "/v2/meeting/app/bot/status": "status",
  "/v2/meeting/app/bot/log": "log",
};

/** `localhost`, which the bot calls, may be either; only the first has to be there. */
const HOSTS = ["127.0.0.1", "::1"];
const MAX_BODY_BYTES = 64 * 1024;
/** A bot sends at most three statuses and a few logs. */
const MAX_RECEIVED = 100;

/** Listens for the bot's callbacks; a port that is taken is a `ConfigurationError`. */
export async function startCallbackListener(options: ListenerOptions): Promise<CallbackListener> {
  const received: BotCallback[] = [];
  const events = new EventEmitter<CallbackEvents>();
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    receive(request, response).then((heard) => {
      if (heard?.kind === "malformed") events.emit("malformed", heard);
      else if (heard && isOurs(heard, options.botId) && received.length < MAX_RECEIVED) {
        received.push(heard);
        events.emit("callback", heard);
      }
    });
  const servers: Server[] = [];
  let port = options.port;
  for (const host of HOSTS) {
    const server = createServer(handle);
    if (!(await listen(server, port, host))) continue;
    servers.push(server);
    port = (server.address() as AddressInfo).port;
  }
  return { port, received, events, close: () => closeAll(servers) };
}

/** Answers before anything else, because the bot waits for ever; then reads what it said. */
async function receive(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<BotCallback | MalformedCallback | undefined> {
  const pathname = URL.parse(request.url ?? "", "http://localhost")?.pathname ?? "";
  const route = request.method === "PATCH" ? ROUTES[pathname] : undefined;
  response.writeHead(route ? 200 : 404, { "Content-Type": "application/json" });
  response.end(route ? '{"success":true}' : '{"success":false}');
  if (!route) {
    request.resume();
    return undefined;
  }
  try {
    return parseCallback(route, await readBounded(request));
  } catch (error) {
    return { kind: "malformed", problem: error instanceof Error ? error.message : String(error) };
  }
}

async function readBounded(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) throw new Error("the body is too long");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** Logs and statuses without a `botId` are from images that name their job by `eventId`. */
function isOurs({ botId }: BotCallback, ours: string): boolean {
  return botId === undefined || botId === ours;
}

/** Whether the server listens; a machine without IPv6 does without the second host. */
async function listen(server: Server, port: number, host: string): Promise<boolean> {
  try {
    server.listen(port, host);
    await once(server, "listening");
    return true;
  } catch (cause) {
    if (host !== HOSTS[0]) return false;
    const message = `The callback listener cannot use port ${port} on ${host}: choose another BOT_CALLBACK_PORT.`;
    throw new ConfigurationError(message, { cause });
  }
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  const closed = servers.map((server) => once(server, "close"));
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await Promise.all(closed);
}
