import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request, read to its end. */
export type Received = {
  method: string;
  /** Without the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
};

/** What is sent back; `never` keeps the caller waiting. */
export type Reply = { status: number; headers: Record<string, string>; body: string } | "never";

/** A listening server. */
export type HttpServer = {
  port: number;
  /** `http://127.0.0.1:port` */
  url: string;
  /** Breaks every connection and stops to listen. */
  close(): Promise<void>;
};

/** The only address that is listened on. */
export const HOST = "127.0.0.1";

/** Serves plain HTTP on the loopback address; 0 takes a free port. A handler that throws answers 500. */
export async function serveHttp(
  port: number,
  handle: (request: Received) => Promise<Reply>,
): Promise<HttpServer> {
  const server = createServer(async (request, response) => {
    const { method = "", headers } = request;
    const path = new URL(request.url ?? "/", `http://${HOST}`).pathname;
    const reply = await text(request)
      .then((body) => handle({ method, path, headers, body }))
      // A handler that throws is a bug of this server: the caller must hear of it rather than wait.
      .catch((error: unknown) => plain(500, String(error)));
    if (reply === "never") return;
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  server.listen(port, HOST);
  await once(server, "listening");
  const taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    url: `http://${HOST}:${taken}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A sentence for a person. */
export function plain(status: number, sentence: string): Reply {
  return { status, headers: { "Content-Type": "text/plain" }, body: sentence };
}

/** A JSON document. */
export function json(value: object): Reply {
  return {
    status: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(value),
  };
}
