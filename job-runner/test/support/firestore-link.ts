import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { emulatorAddress } from "../../../core/test/support/emulator.ts";

/** A way to the Firestore emulator that can go dead. */
export interface FirestoreLink {
  /** `host:port`, as `FIRESTORE_EMULATOR_HOST` has it. */
  address: string;
  /** From now on nothing gets through, in either direction, and nobody is told. */
  silence(): void;
  stop(): Promise<void>;
}

/** Opens a way to the emulator, on a free port of this machine. */
export async function openFirestoreLink(): Promise<FirestoreLink> {
  const emulator = new URL(`http://${emulatorAddress()}`);
  const sockets: Socket[] = [];
  let silent = false;
  const server = createServer((near) => {
    sockets.push(near);
    near.on("error", () => near.destroy());
    if (silent) return;
    const far = connect(Number(emulator.port), emulator.hostname);
    sockets.push(far);
    far.on("error", () => near.destroy());
    near.pipe(far).pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    silence: () => {
      silent = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
