import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** TCP ports from `first` to `last`, both included. */
export interface PortRange {
  first: number;
  last: number;
}

/**
 * Below the ranges that Linux (32768–60999) and macOS (49152–65535) give to outgoing connections: a
 * port that is free now is still free when its program, seconds later, binds it.
 */
export const LOCAL_PORTS: PortRange = { first: 20_000, last: 31_999 };

/** Each try is one bind. */
const MAX_TRIES = 50;

/** Finds `count` different ports that nobody has bound; undefined when too many tries have failed. */
export async function freePorts(
  count: number,
  { first, last }: PortRange,
): Promise<number[] | undefined> {
  const found = new Set<number>();
  for (let tries = 0; tries < MAX_TRIES && found.size < count; tries++) {
    // At random: executions that start together would otherwise find the same ones.
    const port = randomInt(first, last + 1);
    if (await isFree(port)) found.add(port);
  }
  return found.size === count ? [...found] : undefined;
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
