import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ranges that Linux (32768–60999) and macOS (49152–65535) give to outgoing connections: a port
 * handed out now is still free when the container, seconds later, binds it.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** Free local TCP ports, each held by one task at a time. */
export class PortPool {
  readonly #taken = new Set<number>();

  /** A free port for each given container port; the caller gives them back with `release`. */
  async reserve(containerPorts: readonly number[]): Promise<Map<number, number>> {
    const ports = new Map<number, number>();
    for (const port of containerPorts) ports.set(port, await this.#next());
    return ports;
  }

  release(ports: ReadonlyMap<number, number>): void {
    for (const port of ports.values()) this.#taken.delete(port);
  }

  async #next(): Promise<number> {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (this.#taken.has(port)) return this.#next();
    this.#taken.add(port);
    if (await isFree(port)) return port;
    this.#taken.delete(port);
    return this.#next();
  }
}

/** Whether the port can be bound on every interface, IPv4 and IPv6. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, "listening");
  server.listen(port);
  const free = await listening.then(
    () => true,
    () => false,
  );
  if (free) await once(server.close(), "close");
  return free;
}
