import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

export const BUNDLE = "functions/lib/index.js";

/** Builds what is deployed, unless the test run has done so before. */
export async function ensureBuilt(): Promise<void> {
  if (!existsSync(BUNDLE)) await promisify(execFile)(process.execPath, ["scripts/build.ts"]);
}
