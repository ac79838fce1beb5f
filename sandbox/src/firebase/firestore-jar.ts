import { existsSync, realpathSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { downloadJar, findDownloadedJar } from "./downloaded-jars.ts";
import { launcherJar } from "./launcher-jar.ts";

/** Where to look for the emulator: the environment, and the folder that a launcher jar is put in. */
export interface FirestoreJarOptions {
  env: NodeJS.ProcessEnv;
  workDir: string;
  /** Told, in a sentence, when the emulator has to be downloaded first. */
  notify: (sentence: string) => void;
}

/** The Cloud SDK ships its jar without a `Main-Class`, so that `java -jar` refuses it. */
const MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";
const SDK_JAR = join("platform", "cloud-firestore-emulator", "cloud-firestore-emulator.jar");
const ADVICE =
  "There is no Firestore emulator on this machine and it could not be downloaded. With a network, " +
  "run `npx firebase setup:emulators:firestore`; or `gcloud components install " +
  "cloud-firestore-emulator`; or name a jar in FIRESTORE_EMULATOR_BINARY_PATH.";

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
  const downloaded = await findDownloadedJar("firestore", env);
  if (downloaded) return downloaded;
  const sdkJar = roots.map((root) => join(root, SDK_JAR)).find((jar) => existsSync(jar));
  if (sdkJar) return writeLauncher(join(workDir, "firestore-launcher.jar"), sdkJar);
  notify("Downloading the Firestore emulator (once; about 50 MB) …");
  return downloadJar("firestore", env, ADVICE);
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

async function writeLauncher(path: string, sdkJar: string): Promise<string> {
  await writeFile(path, launcherJar(MAIN_CLASS, [sdkJar]));
  return path;
}
