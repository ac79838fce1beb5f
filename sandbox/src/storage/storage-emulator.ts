import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "../firebase/child-environment.ts";
import { freePort } from "../ports.ts";
import { startProcess } from "../processes.ts";

/** How to start the storage emulator; without a port, one that is free. */
export interface StorageEmulatorOptions {
  env: NodeJS.ProcessEnv;
  logDir: string;
  port?: number;
  /** Buckets that exist from the start; others appear with their first object. */
  buckets?: readonly string[];
}

/** A running storage emulator. */
export interface StorageEmulator {
  /**
   * Its origin, scheme included, for `STORAGE_EMULATOR_HOST`. As the client's `apiEndpoint` it serves
   * uploads, downloads, listing and deletion; bucket lists, copies and `setMetadata` are not found.
   */
  url: string;
  /** Ends its process and removes what was uploaded. */
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("storage-emulator-process.ts", import.meta.url));
const START_TIMEOUT_MS = 30_000;

/**
 * Starts Google's storage emulator (the one in firebase-tools) in a process of its own: it keeps every
 * upload in one folder of the temporary directory and empties that folder when it ends, so two in one
 * process, or in one TMPDIR, would lose each other's objects.
 */
export async function startStorageEmulator(
  options: StorageEmulatorOptions,
): Promise<StorageEmulator> {
  const { env, logDir, port = await freePort(), buckets = [] } = options;
  await using parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "storage-emulator-"));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const emulator = await startProcess({
    command: process.execPath,
    args: [PROGRAM, String(port), ...buckets],
    env: { ...childEnvironment(env), TMPDIR: dataDir, XDG_CONFIG_HOME: dataDir },
    logFile: join(logDir, "storage.log"),
  });
  parts.defer(() => emulator.stop());
  await emulator.waitForLine(/^ready$/, START_TIMEOUT_MS).catch((cause) => {
    throw new Error("The storage emulator did not start.", { cause });
  });
  const started = parts.move();
  return { url: `http://127.0.0.1:${port}`, stop: () => started.disposeAsync() };
}
