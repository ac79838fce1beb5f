import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Request } from "express";
import { answerNotice } from "../../../src/incoming/answer-notice.ts";
import type { NoticeServices } from "../../../src/incoming/receive-notice.ts";

/** The function behind a server of its own, which keeps a body's bytes as the platform does. */
export interface Receiver {
  url: string;
  stop(): Promise<void>;
}

/** Serves notices on a free loopback port. */
export async function startReceiver(services: () => NoticeServices): Promise<Receiver> {
  const app = express();
  app.use(express.raw({ type: () => true, limit: "1mb" }));
  app.use((request: Request & { rawBody?: Buffer }, response) => {
    if (Buffer.isBuffer(request.body)) request.rawBody = request.body;
    return answerNotice(services, request, response);
  });
  // A connection that is kept must not be closed just when a slow machine sends the next request by it.
  const server = createServer({ keepAliveTimeout: 0 }, app);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Signs a body as the meeting bot does. */
export function sign(body: string | Buffer, secret: string): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}
