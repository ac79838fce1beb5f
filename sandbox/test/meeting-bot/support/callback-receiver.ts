import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** One callback as it arrived. */
export interface ReceivedCallback {
  route: string;
  authorization: string | undefined;
  body: unknown;
}

/** The backend that a bot under test reports to. */
export interface CallbackReceiver {
  /** For `AUTH_BASE_URL_V2`. */
  baseUrl: string;
  received: ReceivedCallback[];
  /** Leaves callbacks unanswered until the function it returns is called. */
  hold(): () => void;
  close(): void;
}

/** Starts a backend on a free port that answers every callback with 200. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const received: ReceivedCallback[] = [];
  let gate = Promise.resolve();
  const server = createServer(async (request, response) => {
    received.push({
      route: `${request.method} ${request.url}`,
      authorization: request.headers.authorization,
      body: await json(request),
    });
    await gate;
    response.end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v2`,
    received,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
