import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";

/**
 * Below the ports that systems give to outgoing connections (Linux: from 32768): one of those may be
 * taken at any time between our look and the start of an emulator.
 */
const FIRST_PORT = 15_000;
const PORTS = 15_000;
/** A prime: processes that are started one after the other begin far from each other. */
const STRIDE = 1009;
/** Each process begins elsewhere and goes on from there: what one has found, none finds again soon. */
let next = (process.pid * STRIDE) % PORTS;

/**
 * Finds `count` different TCP ports on 127.0.0.1 that nobody listens on. They are held open together
 * and then let go, so that they differ; another process may still take one before the caller does.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) {
    const port = FIRST_PORT + next;
    next = (next + 1) % PORTS;
    const server = await listen(port);
    if (server) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** Listens on a port; undefined when somebody has it. */
async function listen(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return server;
  } catch {
    return undefined;
  }
}

/** Finds one TCP port on 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error("no free port was found");
  return port;
}
