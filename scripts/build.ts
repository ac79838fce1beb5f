import { readFileSync, rmSync } from "node:fs";
import { build } from "esbuild";

/** What is deployed: each bundle inlines `core` and leaves its own dependencies to the package manager. */
const BUNDLES = [
  { folder: "functions", entry: "src/index.ts" },
  { folder: "job-runner", entry: "src/main.ts" },
];

for (const { folder, entry } of BUNDLES) {
  const { dependencies } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  rmSync(`${folder}/lib`, { recursive: true, force: true });
  await build({
    entryPoints: [`${folder}/${entry}`],
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
