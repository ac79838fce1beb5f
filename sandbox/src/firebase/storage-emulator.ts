import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../ports.ts";
import { configHome, READY, START_TIMEOUT_MS, startCli } from "./firebase-cli.ts";
import { provideFirestoreJar } from "./firestore-jar.ts";
import { writeCliSettings } from "./staged-project.ts";
import { provideStorageRulesJar } from "./storage-rules-jar.ts";

/** How to start the Storage emulator. */
export interface StorageEmulatorOptions {
  /** Starts with `demo-`; the Firestore documents that rules ask for are this project's. */
  projectId: string;
  env: NodeJS.ProcessEnv;
  logDir: string;
  notify?: (sentence: string) => void;
}

/** A place on 127.0.0.1. */
export interface Address {
  host: string;
  port: number;
}

/** A running Storage emulator, and the Firestore emulator beside it. */
export interface StorageEmulator {
  storage: Address;
  firestore: Address;
  /** Ends every process of the run and removes its folder. */
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const DENY_ALL = `rules_version = '2';
service firebase.storage { match /b/{bucket}/o { } }
`;

/** Starts firebase-tools' Storage emulator with rules that allow nothing: `PUT /internal/setRules` replaces them. */
export async function startStorageEmulator(
  options: StorageEmulatorOptions,
): Promise<StorageEmulator> {
  const { projectId, env, logDir, notify = () => {} } = options;
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "storage-"));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const [storage = 0, firestore = 0, websocket = 0, hub = 0, logging = 0] = await freePorts(5);
  const ports = { storage, firestore, websocket, hub, logging };
  await mkdir(logDir, { recursive: true });
  await layOut(folder, ports);
  const firestoreJar = await provideFirestoreJar({ env, workDir: folder, notify });
  const rulesJar = await provideStorageRulesJar({ env, workDir: folder, firestoreJar, notify });
  const cli = await startCli({
    only: "firestore,storage",
    projectId,
    folder,
    env,
    variables: {
      FIRESTORE_EMULATOR_BINARY_PATH: firestoreJar,
      STORAGE_EMULATOR_BINARY_PATH: rulesJar,
    },
    logDir,
    logName: "storage-emulator.log",
  });
  parts.defer(() => cli.stop());
  await cli.waitForLine(READY, START_TIMEOUT_MS).catch((cause) => {
    throw new Error("The Storage emulator did not start.", { cause });
  });
  await cli.noteDescendants();
  const started = parts.move();
  return {
    storage: { host: HOST, port: storage },
    firestore: { host: HOST, port: firestore },
    stop: () => started.disposeAsync(),
  };
}

async function layOut(folder: string, ports: Record<string, number>): Promise<void> {
  const { firestore, websocket: websocketPort, ...others } = ports;
  const at = Object.entries(others).map(([name, port]) => [name, { host: HOST, port }]);
  const config = {
    storage: { rules: "storage.rules" },
    emulators: {
      ...Object.fromEntries(at),
      firestore: { host: HOST, port: firestore, websocketPort },
      ui: { enabled: false },
      singleProjectMode: true,
    },
  };
  await writeFile(join(folder, "firebase.json"), JSON.stringify(config));
  await writeFile(join(folder, "storage.rules"), DENY_ALL);
  await writeCliSettings(configHome(folder));
}
