import { copyFile, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FirebaseEmulators, startFirebaseEmulators } from "@meeting-bot/sandbox";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PROJECT = "demo-baseline";

/** The emulators with nothing but the bare trigger in them, side by side with the sandbox's. */
export async function startBaseline(
  env: NodeJS.ProcessEnv,
  logDir: string,
): Promise<FirebaseEmulators & { projectId: string }> {
  const rootDir = await mkdtemp(join(tmpdir(), "baseline-"));
  await layOut(rootDir);
  const emulators = await startFirebaseEmulators({
    projectId: PROJECT,
    rootDir,
    env,
    logDir,
    functionsEnv: { METADATA_SERVER_DETECTION: "none" },
  });
  const stop = async () => {
    await emulators.stop();
    await rm(rootDir, { recursive: true, force: true });
  };
  return { ...emulators, projectId: PROJECT, stop };
}

/** A project of the same shape as ours, with another function. */
async function layOut(rootDir: string): Promise<void> {
  const functions = join(rootDir, "functions");
  await mkdir(functions, { recursive: true });
  await Promise.all(
    ["firebase.json", "firestore.rules", "firestore.indexes.json", "functions/package.json"].map(
      (file) => copyFile(join(ROOT, file), join(rootDir, file)),
    ),
  );
  await symlink(join(ROOT, "node_modules"), join(rootDir, "node_modules"));
  await build({
    entryPoints: [fileURLToPath(new URL("bare-trigger.ts", import.meta.url))],
    outfile: join(functions, "lib", "index.js"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    packages: "external",
  });
}
