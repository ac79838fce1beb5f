import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../ports.ts";
import { startProcess } from "../processes.ts";
import { childEnvironment } from "./child-environment.ts";
import { provideFirestoreJar } from "./firestore-jar.ts";

/** How to start the Firestore emulator; without a port, one that is free. */
export interface FirestoreEmulatorOptions {
  env: NodeJS.ProcessEnv;
  logDir: string;
  port?: number;
  notify?: (sentence: string) => void;
}

/** A running Firestore emulator. `stop` resolves when its process is gone. */
export interface FirestoreEmulator {
  host: string;
  port: number;
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const READY = /Dev App Server is now running/;
/** A JVM on a loaded machine with two cores takes five seconds; the rest is margin. */
const START_TIMEOUT_MS = 60_000;

/** Starts Google's Firestore emulator alone: every project id, no functions, no rules. */
export async function startFirestoreEmulator(
  options: FirestoreEmulatorOptions,
): Promise<FirestoreEmulator> {
  const { env, logDir, port = await freePort(), notify = () => {} } = options;
  await mkdir(logDir, { recursive: true });
  const jar = await provideFirestoreJar({ env, workDir: logDir, notify });
  const java = await startProcess({
    command: "java",
    args: ["-Duser.language=en", "-jar", jar, "--host", HOST, "--port", String(port)],
    env: childEnvironment(env),
    logFile: join(logDir, "firestore.log"),
  });
  try {
    await java.waitForLine(READY, START_TIMEOUT_MS);
  } catch (cause) {
    await java.stop();
    throw new Error("The Firestore emulator did not start.", { cause });
  }
  return { host: HOST, port, stop: () => java.stop() };
}
