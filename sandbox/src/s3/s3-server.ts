import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "../firebase/child-environment.ts";
import { freePort } from "../ports.ts";
import { startProcess } from "../processes.ts";

/** How to start the S3 server; without a port, one that is free. */
export interface S3ServerOptions {
  env: NodeJS.ProcessEnv;
  logDir: string;
  port?: number;
  buckets: readonly string[];
}

/** A running S3 server. */
export interface S3Server {
  /** For `S3_ENDPOINT`; with `S3_ADDRESSING=path`. */
  url: string;
  /** The only keys that it knows, as a client's environment. */
  credentials: { AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string };
  /** Ends its process and removes what was uploaded. */
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("s3-server-process.ts", import.meta.url));
const START_TIMEOUT_MS = 30_000;

/** Built into s3rver. */
const KEY = "S3RVER";

/**
 * Starts s3rver, an S3-compatible server from npm, in a process of its own. It keeps no checksums,
 * honours no conditions on writes and compares no signatures; the strict fake does, and the tests use that.
 */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const { env, logDir, port = await freePort(), buckets } = options;
  await using parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "s3-server-"));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const server = await startProcess({
    command: process.execPath,
    args: [PROGRAM, String(port), dataDir, ...buckets],
    env: childEnvironment(env),
    logFile: join(logDir, "s3.log"),
  });
  parts.defer(() => server.stop());
  await server.waitForLine(/^ready$/, START_TIMEOUT_MS).catch((cause) => {
    throw new Error("The S3 server did not start.", { cause });
  });
  const started = parts.move();
  return {
    url: `http://127.0.0.1:${port}`,
    credentials: { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: KEY },
    stop: () => started.disposeAsync(),
  };
}
