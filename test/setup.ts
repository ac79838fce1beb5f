import { mkdtemp, rm } from "node:fs/promises";
import { enableCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type FirestoreEmulator,
  startFirestoreEmulator,
} from "../sandbox/src/firebase/firestore-emulator.ts";
import { ROOT } from "../sandbox/src/root.ts";
import { forbidNetwork } from "./network-guard.ts";

forbidNetwork();
// Hundreds of processes load the same programs: each finds them compiled.
process.env["NODE_COMPILE_CACHE"] ??= join(ROOT, ".sandbox", "compile-cache");
enableCompileCache(process.env["NODE_COMPILE_CACHE"]);
// Google's clients look for a metadata server otherwise, which takes seconds and ends in a warning.
process.env["METADATA_SERVER_DETECTION"] = "none";

let logDir: string;
let firestore: FirestoreEmulator;

/** Starts one Firestore emulator for all tests; each test file uses a project id of its own. */
export async function mochaGlobalSetup(): Promise<void> {
  logDir = await mkdtemp(join(tmpdir(), "tests-"));
  const notify = (sentence: string) => process.stdout.write(`${sentence}\n`);
  firestore = await startFirestoreEmulator({ env: process.env, logDir, notify });
  process.env["TEST_FIRESTORE_HOST"] = `${firestore.host}:${firestore.port}`;
}

/** Stops what `mochaGlobalSetup` started. */
export async function mochaGlobalTeardown(): Promise<void> {
  await firestore.stop();
  await rm(logDir, { recursive: true });
}
