import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { FIREBASE_CLI } from "./firebase-cli.ts";
import { launcherJar } from "./launcher-jar.ts";

/** Where to look for the emulator: the environment, and the folder that a launcher jar is put in. */
export interface FirestoreJarOptions {
  env: NodeJS.ProcessEnv;
  workDir: string;
  /** Told, in a sentence, when the emulator has to be downloaded first. */
  notify: (sentence: string) => void;
}

const SDK_JAR = join("platform", "cloud-firestore-emulator", "cloud-firestore-emulator.jar");
const CACHED_JAR = /^cloud-firestore-emulator-v.*\.jar$/;

/**
 * The path of a Firestore emulator that `java -jar` starts. In this order: what
 * `FIRESTORE_EMULATOR_BINARY_PATH` names, firebase-tools' cache, the Google Cloud SDK's component by
 * way of a launcher jar, and at last firebase-tools' own download.
 */
export async function provideFirestoreJar(
  options: FirestoreJarOptions,
  roots = sdkRoots(options.env),
): Promise<string> {
  const { env, workDir, notify } = options;
  const given = env["FIRESTORE_EMULATOR_BINARY_PATH"];
  if (given) return resolve(given);
  const cached = await findCachedJar(cacheDir(env));
  if (cached) return cached;
  const sdkJar = roots.map((root) => join(root, SDK_JAR)).find((jar) => existsSync(jar));
  if (sdkJar) return writeLauncher(join(workDir, "firestore-launcher.jar"), sdkJar);
  notify("Downloading the Firestore emulator (once; about 50 MB) …");
  return downloadJar(env);
}

/** The newest emulator in firebase-tools' cache folder, if there is one. */
export async function findCachedJar(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined;
  const jars = (await readdir(folder)).filter((name) => CACHED_JAR.test(name));
  const newest = jars.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  return newest && join(folder, newest);
}

/** The folders that may hold a Google Cloud SDK: the one `gcloud` on the PATH is in, then the usual. */
export function sdkRoots(env: NodeJS.ProcessEnv): string[] {
  const commands = (env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "gcloud"));
  const onPath = commands.filter((command) => existsSync(command));
  const home = env["HOME"] ?? homedir();
  return [
    ...onPath.map((command) => dirname(dirname(realpathSync(command)))),
    join(home, "google-cloud-sdk"),
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/usr/local/google-cloud-sdk",
    "/opt/google-cloud-sdk",
    "/opt/homebrew/share/google-cloud-sdk",
    "/snap/google-cloud-cli/current",
  ];
}

function cacheDir(env: NodeJS.ProcessEnv): string {
  const home = env["HOME"] ?? homedir();
  return env["FIREBASE_EMULATORS_PATH"] ?? join(home, ".cache", "firebase", "emulators");
}

async function writeLauncher(path: string, sdkJar: string): Promise<string> {
  await writeFile(path, launcherJar(sdkJar));
  return path;
}

async function downloadJar(env: NodeJS.ProcessEnv): Promise<string> {
  const command = [FIREBASE_CLI, "setup:emulators:firestore"];
  const cause = await promisify(execFile)(process.execPath, command, { env }).catch(
    (error) => error,
  );
  const jar = await findCachedJar(cacheDir(env));
  if (jar) return jar;
  throw new Error(
    "There is no Firestore emulator on this machine and it could not be downloaded. With a network, " +
      "run `npx firebase setup:emulators:firestore`; or `gcloud components install " +
      "cloud-firestore-emulator`; or name a jar in FIRESTORE_EMULATOR_BINARY_PATH.",
    { cause },
  );
}
