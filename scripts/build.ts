import { globSync, readFileSync, rmSync } from "node:fs";
import { build } from "esbuild";

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
  rmSync(`${folder}/lib`, { recursive: true, force: true });
  await build({
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
  });
}
