import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A small HTTP server on a free port of this machine. */
export interface LoopbackServer {
  /** `127.0.0.1:port`. */
  address: string;
  /** Ends also the requests that were never answered. */
  stop(): Promise<void>;
}

/** Starts a server that answers every request with `listener`. */
export async function startLoopback(listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
