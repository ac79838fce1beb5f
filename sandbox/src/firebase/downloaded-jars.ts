import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { FIREBASE_CLI } from "./firebase-cli.ts";

/** What firebase-tools downloads for its emulators, each once for all projects. */
const NAMES = {
  firestore: /^cloud-firestore-emulator-v.*\.jar$/,
  storage: /^cloud-storage-rules-runtime-v.*\.jar$/,
} as const;

/** An emulator that firebase-tools has a jar for. */
export type JarEmulator = keyof typeof NAMES;

/** An emulator's newest jar in firebase-tools' cache folder, if there is one. */
export async function findDownloadedJar(
  emulator: JarEmulator,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const folder = cacheDir(env);
  if (!existsSync(folder)) return undefined;
  const jars = (await readdir(folder)).filter((name) => NAMES[emulator].test(name));
  const newest = jars.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  return newest && join(folder, newest);
}

/** Has firebase-tools download an emulator's jar. Throws when it cannot, with that advice. */
export async function downloadJar(
  emulator: JarEmulator,
  env: NodeJS.ProcessEnv,
  advice: string,
): Promise<string> {
  const command = [FIREBASE_CLI, `setup:emulators:${emulator}`];
  const cause = await promisify(execFile)(process.execPath, command, { env }).catch(
    (error) => error,
  );
  const jar = await findDownloadedJar(emulator, env);
  if (jar) return jar;
  throw new Error(advice, { cause });
}

function cacheDir(env: NodeJS.ProcessEnv): string {
  const home = env["HOME"] ?? homedir();
  return env["FIREBASE_EMULATORS_PATH"] ?? join(home, ".cache", "firebase", "emulators");
}
