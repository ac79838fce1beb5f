/**
 * The storage emulator's own process: `node storage-emulator-process.ts <port> <bucket>…`. It prints
 * `ready` when it serves and ends on SIGINT. It keeps what is uploaded under its TMPDIR.
 */
import { createRequire } from "node:module";

/** The parts of firebase-tools' storage emulator that are used here; it ships no types. */
interface StorageEmulator {
  _rulesRuntime: { start(): Promise<void> };
  adminStorageLayer: { createBucket(name: string): void };
  stop(): Promise<void>;
}
type StorageEmulatorClass = new (options: object) => StorageEmulator;
type Registry = { start(emulator: StorageEmulator): Promise<void> };

const require = createRequire(import.meta.url);
const storage = require("firebase-tools/lib/emulator/storage");
const registry = require("firebase-tools/lib/emulator/registry");

const [port, ...buckets] = process.argv.slice(2);
const emulator = createEmulator(storage.StorageEmulator, Number(port));
process.once("SIGINT", () => emulator.stop().then(() => process.exit(0)));
await (registry.EmulatorRegistry as Registry).start(emulator);
for (const bucket of buckets) emulator.adminStorageLayer.createBucket(bucket);
process.stdout.write("ready\n");

/**
 * An emulator without security rules. Its rules runtime is a Java program that has to be downloaded;
 * requests with an administrator's credentials, which ours are, never consult it.
 */
function createEmulator(Emulator: StorageEmulatorClass, listenPort: number): StorageEmulator {
  const created = new Emulator({
    host: "127.0.0.1",
    port: listenPort,
    projectId: "demo-storage",
    rules: [],
  });
  created._rulesRuntime.start = async () => {};
  return created;
}
