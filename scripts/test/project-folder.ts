import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A folder with the files of a Firebase project, to run a script in. */
export interface ProjectFolder extends AsyncDisposable {
  path: string;
}

/** Makes a folder with those files, by their paths. */
export async function projectFolder(files: Record<string, string>): Promise<ProjectFolder> {
  const path = await mkdtemp(join(tmpdir(), "project-"));
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), contents);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** Runs one of the scripts there, with that environment and nothing inherited. */
export function runScript(
  name: string,
  cwd: string,
  env: Record<string, string>,
  ...args: string[]
): SpawnSyncReturns<string> {
  const script = fileURLToPath(new URL(`../${name}`, import.meta.url));
  return spawnSync(process.execPath, [script, ...args], { cwd, env, encoding: "utf8" });
}
