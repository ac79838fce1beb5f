import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { readConfig, type SimulatorConfig } from "./config.ts";
import { createEvents } from "./events.ts";
import { JobSlot } from "./job-slot.ts";
import { RoomNotes } from "./room-notes.ts";
import { createRoutes } from "./routes.ts";
import { createBotServer } from "./server.ts";

const events = createEvents((line) => process.stdout.write(line));

function exit(code: number): never {
  events.exiting(code);
  process.exit(code);
}

/** Serves until SIGTERM, which waits for the running job without limit and exits with 0. */
async function serve(config: SimulatorConfig): Promise<void> {
  const slot = new JobSlot();
  const rooms = new RoomNotes(config.roomRegister);
  process.on("exit", () => rooms.left());
  process.on("SIGTERM", async () => {
    events.stopping();
    await slot.close();
    exit(0);
  });
  const server = createBotServer(createRoutes({ config, events, exit, rooms }, slot));
  server.listen(config.port, "127.0.0.1");
  await once(server, "listening");
  events.listening((server.address() as AddressInfo).port);
}

const reading = readConfig(process.env);
if (reading.ok) {
  await serve(reading.config);
} else {
  events.configurationRefused(reading.problems);
  process.exitCode = 1;
}
