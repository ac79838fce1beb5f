import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { BUNDLE, ensureBuilt } from "../../../functions/test/support/build.ts";
import type { Sandbox } from "../../src/sandbox.ts";

/** Serves the scheduled functions of the bundle, each under its name, and tells the port. */
const SCRIPT = `
  import { createServer } from "node:http";
  const { backfill, sweep } = await import(process.argv[1]);
  const functions = { backfill, sweep };
  const server = createServer((request, response) => {
    request.header = (name) => request.headers[name.toLowerCase()];
    response.status = (code) => Object.assign(response, { statusCode: code });
    response.send = (text) => response.end(text);
    functions[request.url.slice(1)](request, response);
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

/** Runs a scheduled function to its end; rejects when it throws. */
export type Fire = (name: "backfill" | "sweep") => Promise<void>;

/**
 * Serves the scheduled functions that are deployed from a process of our own, for a sandbox that holds
 * its events back: the emulator would start dozens of processes for what a schedule does at once.
 */
export async function serveSchedules(
  { projectId, firestoreHost, platform, tasks, logDir }: Sandbox,
  settings: Readonly<Record<string, string>>,
  parts: AsyncDisposableStack,
): Promise<Fire> {
  await ensureBuilt();
  const env = {
    PATH: process.env["PATH"],
    GCLOUD_PROJECT: projectId,
    GCS_BUCKET: "demo-recordings",
    FIRESTORE_EMULATOR_HOST: firestoreHost,
    CLOUD_TASKS_EMULATOR_HOST: tasks.host,
    METADATA_SERVER_DETECTION: "none",
    ...platform.functionsEnv,
    ...settings,
  };
  const bundle = pathToFileURL(resolve(BUNDLE)).href;
  const log = await open(join(logDir, "schedules.log"), "a");
  parts.defer(() => log.close());
  const child = spawn(process.execPath, ["--input-type=module", "--eval", SCRIPT, bundle], {
    env,
    stdio: ["ignore", "pipe", log.fd],
  });
  parts.defer(async () => {
    const ended = once(child, "exit");
    child.kill();
    await ended;
  });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const [port] = await once(lines, "line");
  return async (name) => {
    const response = await fetch(`http://127.0.0.1:${port}/${name}`, {
      method: "POST",
      body: "{}",
    });
    if (!response.ok) throw new Error(`${name} answered ${response.status}.`);
  };
}
