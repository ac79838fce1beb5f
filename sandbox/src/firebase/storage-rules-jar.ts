import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { childEnvironment } from "./child-environment.ts";
import { downloadJar, findDownloadedJar } from "./downloaded-jars.ts";
import { launcherJar } from "./launcher-jar.ts";

/** Where to look for the runtime, and what to make one of. */
export interface StorageRulesJarOptions {
  env: NodeJS.ProcessEnv;
  /** A folder for what is made. */
  workDir: string;
  /** A Firestore emulator: the same engine evaluates the rules of both. */
  firestoreJar: string;
  /** Told, in a sentence, when the runtime has to be downloaded first. */
  notify: (sentence: string) => void;
}

const MAIN_CLASS = "StorageRulesRuntime";
const SOURCE = fileURLToPath(new URL(`./storage-rules/${MAIN_CLASS}.java`, import.meta.url));
const ADVICE =
  "There is no rules runtime for the Storage emulator on this machine, and it could be neither made nor " +
  "downloaded. Install a JDK, which has `javac`; or with a network, run " +
  "`npx firebase setup:emulators:storage`; or name a jar in STORAGE_EMULATOR_BINARY_PATH.";

/**
 * The path of the rules runtime that firebase-tools' Storage emulator starts by `java -jar`. In this
 * order: what `STORAGE_EMULATOR_BINARY_PATH` names, firebase-tools' cache, one that is made of the
 * Firestore emulator where there is a Java compiler, and at last firebase-tools' own download.
 */
export async function provideStorageRulesJar(options: StorageRulesJarOptions): Promise<string> {
  const { env, notify } = options;
  const given = env["STORAGE_EMULATOR_BINARY_PATH"];
  if (given) return resolve(given);
  const ready = (await findDownloadedJar("storage", env)) ?? (await makeJar(options));
  if (ready) return ready;
  notify("Downloading the rules runtime of the Storage emulator (once; about 50 MB) …");
  return downloadJar("storage", env, ADVICE);
}

/** Undefined where there is no compiler. */
async function makeJar(options: StorageRulesJarOptions): Promise<string | undefined> {
  const { env, workDir, firestoreJar } = options;
  const classes = join(workDir, "storage-rules/");
  await mkdir(classes, { recursive: true });
  const command = ["-proc:none", "-cp", firestoreJar, "-d", classes, SOURCE];
  try {
    await promisify(execFile)("javac", command, { env: childEnvironment(env) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const jar = join(workDir, "storage-rules-launcher.jar");
  await writeFile(jar, launcherJar(MAIN_CLASS, [classes, firestoreJar]));
  return jar;
}
