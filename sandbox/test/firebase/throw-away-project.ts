import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const RULES = `rules_version = "2";
service cloud.firestore { match /databases/{d}/documents { match /{any=**} { allow read, write: if false; } } }
`;

const FUNCTIONS = `
import { initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { onDocumentWritten } from "firebase-functions/firestore";
import { defineString } from "firebase-functions/params";
import { onSchedule } from "firebase-functions/scheduler";

initializeApp();
const endpoint = defineString("ENDPOINT");

const observed = () => ({
  endpoint: endpoint.value(),
  detection: process.env.METADATA_SERVER_DETECTION,
  tasksHost: process.env.CLOUD_TASKS_EMULATOR_HOST,
  folder: process.cwd(),
});

export const echo = onDocumentWritten("in/{id}", (event) =>
  getFirestore().doc(\`out/\${event.params.id}\`).set(observed()),
);

export const sweep = onSchedule("every 1 minutes", () =>
  getFirestore().doc("out/sweep").set(observed()),
);
`;

/** Lays a small Firebase project out in `root`: one trigger and one schedule that tell what they see. */
export async function writeThrowAwayProject(root: string): Promise<void> {
  const require = createRequire(import.meta.url);
  const nodeModules = dirname(dirname(require.resolve("firebase-tools/package.json")));
  await mkdir(join(root, "functions", "lib"), { recursive: true });
  await symlink(nodeModules, join(root, "node_modules"));
  const dependencies = { "firebase-admin": "14", "firebase-functions": "7" };
  const files = {
    "firebase.json": JSON.stringify({
      functions: [{ source: "functions", codebase: "throw-away", runtime: "nodejs24" }],
      firestore: { rules: "firestore.rules", indexes: "firestore.indexes.json" },
    }),
    "firestore.rules": RULES,
    "firestore.indexes.json": "{}",
    "functions/package.json": JSON.stringify({
      type: "module",
      main: "lib/index.js",
      dependencies,
    }),
    "functions/lib/index.js": FUNCTIONS,
  };
  const writes = Object.entries(files).map(([name, text]) => writeFile(join(root, name), text));
  await Promise.all(writes);
}
