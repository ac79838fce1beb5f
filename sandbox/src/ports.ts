import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/**
 * Finds `count` different TCP ports on 127.0.0.1 that nobody listens on. They are held open together
 * and then let go, so that they differ; another process may still take one before the caller does.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** Finds one TCP port on 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error("no free port was found");
  return port;
}
