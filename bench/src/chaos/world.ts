import type { Firestore } from "@google-cloud/firestore";
import {
  type ExecutionRecord,
  loadSandboxJob,
  startCloudRun,
  startTaskQueues,
} from "@meeting-bot/sandbox";
import { PROJECT, startDatabase } from "../world/database.ts";
import { type FunctionsPool, startFunctions } from "../world/functions-pool.ts";

/** The store, Cloud Run and the function processes that the crowd meets. */
export interface World {
  firestore: Firestore;
  functions: FunctionsPool;
}

/** Cloud Run answers so much later than it has started, so that a kill can fall in between. */
const LAUNCH_ANSWER_MS = 300;
const MANY_LAUNCHES = 10_000;

/**
 * Starts the real Firestore emulator, the gRPC server that plays Cloud Run and the built functions.
 * `runManager` stands in for the containers of every execution.
 */
export async function startWorld(
  parts: AsyncDisposableStack,
  settings: Readonly<Record<string, string>>,
  processes: number,
  runManager: (execution: ExecutionRecord, firestore: Firestore) => Promise<void>,
): Promise<World> {
  const { firestore, host, folder } = await startDatabase(parts, "chaos");
  const job = await loadSandboxJob({ GCP_PROJECT_ID: PROJECT }, {});
  const cloudRun = await startCloudRun({
    ...job,
    platformEnv: {},
    logDir: folder,
    scratchRoot: folder,
    mode: "accept",
    standIn: (execution) => runManager(execution, firestore),
  });
  parts.defer(() => cloudRun.stop());
  cloudRun.inject({ kind: "delay", delayMs: LAUNCH_ANSWER_MS }, MANY_LAUNCHES);
  // Timers are taken and never fire: the sweep has to find everything by itself.
  const tasks = await startTaskQueues({ queues: { launchDue: {} } });
  parts.defer(() => tasks.stop());
  const standIns = {
    bucket: "stub",
    firestoreHost: host,
    tasksHost: tasks.host,
    cloudRunHost: `${cloudRun.host}:${cloudRun.port}`,
  };
  const functions = await startFunctions(parts, standIns, settings, processes);
  return { firestore, functions };
}
