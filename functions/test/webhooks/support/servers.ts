import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";

/** Ends every server that a test has started, after it. */
export function useServers(): void {
  afterEach(stopServers);
}

/** Ends every server. */
export async function stopServers(): Promise<void> {
  for (const stop of stops.splice(0)) await stop();
}

const stops: (() => Promise<void>)[] = [];

/** Has a server listen on this machine; the port. */
export async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  stops.push(async () => {
    const closed = once(server, "close");
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** A server of HTTP. */
export const serve = (handle: RequestListener) => listen(createHttpServer(handle));
/** A server that answers everything so. */
export const answer = (status: number, headers = {}) =>
  serve((request, response) => {
    request.resume();
    response.writeHead(status, headers).end("ok");
  });

/** A server of raw bytes, for what no HTTP server says. */
export function speak(say: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
  });
  return listen(
    createTcpServer((socket) => {
      sockets.add(socket);
      // The other side leaves as it likes.
      socket.on("error", () => socket.destroy());
      socket.once("data", () => say(socket));
    }),
  );
}
