import { isIP, Socket } from "node:net";

/** The arguments that `Socket.connect` takes, in any of its forms; Node itself passes one array. */
type ConnectArguments = readonly unknown[];

/** Makes every connection of this process that would leave the machine throw. */
export function forbidNetwork(): void {
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function guardedConnect(this: Socket, ...args: unknown[]): Socket {
    const host = destinationOf(args);
    if (host !== undefined && !isLoopback(host)) {
      throw new Error(`A test wanted to connect to ${host}: tests may use this machine only.`);
    }
    return Reflect.apply(connect, this, args);
  };
}

/** The host that a socket is to be connected to; undefined for a local (Unix) socket. */
export function destinationOf(args: ConnectArguments): string | undefined {
  const [target, host] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof target === "object" && target !== null) {
    const options: { path?: string; host?: string } = target;
    return options.path ? undefined : (options.host ?? "localhost");
  }
  if (Number.isNaN(Number(target))) return undefined;
  return typeof host === "string" ? host : "localhost";
}

/** Whether a host name or address means this very machine. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith("127.");
  return ["localhost", "::1", "::ffff:127.0.0.1"].includes(host);
}
