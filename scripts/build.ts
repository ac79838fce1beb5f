import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { build, type OutputFile } from "esbuild";

/** What is deployed, by patterns: each bundle inlines `core` and `storage` and leaves its own dependencies to the package manager. */
const ENTRIES: Readonly<Record<string, readonly string[]>> = {
  functions: ["src/index.ts", "src/launchers/*/run-main.ts"],
  "job-runner": ["src/main.ts", "src/supervisor.ts"],
};

const named = process.argv.slice(2);

for (const folder of named.length > 0 ? named : Object.keys(ENTRIES)) {
  const entries = ENTRIES[folder];
  if (!entries) throw new Error(`${folder} is not one of ${Object.keys(ENTRIES).join(", ")}`);
  const { dependencies } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const { outputFiles } = await build({
    entryPoints: globSync(entries.map((entry) => `${folder}/${entry}`)),
    outdir: `${folder}/lib`,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    external: Object.keys(dependencies),
    // An adapter is a chunk of its own: its SDK loads when it is chosen.
    splitting: true,
    sourcemap: true,
    logLevel: "warning",
    write: false,
  });
  bringUpToDate(`${folder}/lib`, outputFiles);
}

/** Makes `folder` hold these files and no others. What has not changed is left alone: it may be in use. */
function bringUpToDate(folder: string, files: readonly OutputFile[]): void {
  const wanted = new Set(files.map(({ path }) => path));
  for (const { path, contents } of files) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  const found = globSync(`${folder}/**/*.{js,map}`).map((path) => resolve(path));
  for (const path of found) if (!wanted.has(path)) rmSync(path);
}
