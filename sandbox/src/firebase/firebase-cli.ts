import { createRequire } from "node:module";

/** The path of firebase-tools' command, to be run with Node. */
export const FIREBASE_CLI = createRequire(import.meta.url).resolve(
  "firebase-tools/lib/bin/firebase.js",
);
