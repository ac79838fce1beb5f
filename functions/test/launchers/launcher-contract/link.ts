import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Launcher } from "@meeting-bot/core";
import type { Launchers } from "./world.ts";

/** A way to a server, which can be broken. */
interface Link {
  /** `host:port` */
  address: string;
  /** Breaks every connection, and takes no further one. */
  sever(): void;
}

/** Where nobody listens: only a privileged process could. */
export const NOWHERE = "127.0.0.1:1";

/** The launchers of a platform that listens at `address` (`host:port`), by how one is connected. */
export async function launchersAt(
  address: string,
  connectTo: (address: string, timeoutSeconds: number) => Launcher | Promise<Launcher>,
): Promise<Launchers> {
  return {
    launcher: await connectTo(address, 20),
    impatient: await connectTo(address, 1),
    lost: await connectTo(NOWHERE, 1),
    severable: async () => {
      const link = await openLink(address);
      return { launcher: await connectTo(link.address, 20), sever: link.sever };
    },
  };
}

/** Hands everything on to the server at an address of this machine, until it is severed. */
async function openLink(target: string): Promise<Link> {
  const { hostname, port } = new URL(`tcp://${target}`);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      // A connection that breaks at one end is broken at the other.
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sever: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
