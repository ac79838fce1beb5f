import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Firestore } from "@google-cloud/firestore";
import { connectFirestore, startFirestoreEmulator } from "@meeting-bot/sandbox";

/** Whose documents and events there are. */
export const PROJECT = "demo-meeting-bot";

/** An empty database. */
export interface Database {
  firestore: Firestore;
  /** `host:port`, for other processes. */
  host: string;
  /** For logs, and whatever is made on the way; removed with the database. */
  folder: string;
}

/** Starts the Firestore emulator, with a client of it. `parts` ends them. */
export async function startDatabase(parts: AsyncDisposableStack, name: string): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  parts.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const emulator = await startFirestoreEmulator({ env: process.env, logDir: folder });
  parts.defer(() => emulator.stop());
  const host = `${emulator.host}:${emulator.port}`;
  const firestore = connectFirestore(host, PROJECT);
  parts.defer(() => firestore.terminate());
  return { firestore, host, folder };
}
