import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Firestore } from "@google-cloud/firestore";
import { SECOND } from "@meeting-bot/core";
import {
  type CloudRun,
  loadSandboxJob,
  startCloudRun,
  startTaskQueues,
} from "@meeting-bot/sandbox";
import { type StorageFake, startStorageFake } from "../../../sandbox/src/storage-fake/index.ts";
import { PROJECT, startDatabase } from "../world/database.ts";
import { type FunctionsPool, startFunctions } from "../world/functions-pool.ts";
import { type FaultyLink, openFaultyLink } from "./faulty-link.ts";
import type { MediaTools } from "./tools.ts";

/** When recordings are converted: beside the meeting, or after it. */
export type Conversion = "live" | "after";

/** What meetings are recorded in: everything but the room and the bot is what is deployed. */
export interface MediaWorld {
  firestore: Firestore;
  storage: StorageFake;
  /** The way to `storage` that managers go. */
  link: FaultyLink;
  cloudRun: CloudRun;
  /** Functions whose managers convert so. */
  functions: Readonly<Record<Conversion, FunctionsPool>>;
  tools: MediaTools;
  /** For whatever is made on the way; removed with the world. */
  folder: string;
  /** Where containers' logs are. */
  logDir: string;
  /** Where tasks have their volumes. */
  scratchRoot: string;
}

const BUCKET = "recordings";
const SWEEP_EVERY_MS = SECOND;

/** Signs of life so often, and leases so short, that somebody can wait for them. */
const SETTINGS = {
  HEARTBEAT_SECONDS: "1",
  MONITOR_INTERVAL_SECONDS: "1",
  HEARTBEAT_LEASE_SECONDS: "6",
  LAUNCH_LEASE_SECONDS: "10",
  CLAIM_TTL_SECONDS: "20",
  RETRY_BASE_SECONDS: "0.5",
};

/** Starts the stores, Cloud Run and the functions. `parts` ends them. */
export async function startMediaWorld(
  parts: AsyncDisposableStack,
  tools: MediaTools,
): Promise<MediaWorld> {
  const { firestore, host, folder } = await startDatabase(parts, "media");
  const storage = await startStorageFake({ buckets: [BUCKET] });
  parts.defer(() => storage.stop());
  const link = await openFaultyLink(storage.url);
  parts.defer(() => link.close());
  const cloudRun = await startPlatform(parts, folder, {
    FIRESTORE_EMULATOR_HOST: host,
    STORAGE_EMULATOR_HOST: link.url,
    METADATA_SERVER_DETECTION: "none",
    FFMPEG_PATH: tools.ffmpeg,
    FFPROBE_PATH: tools.ffprobe,
  });
  const functions = await startBothFunctions(parts, cloudRun, host);
  keepSweeping(parts, functions.live);
  const scratchRoot = join(folder, "scratch");
  return {
    firestore,
    storage,
    link,
    cloudRun,
    functions,
    tools,
    folder,
    logDir: folder,
    scratchRoot,
  };
}

async function startPlatform(
  parts: AsyncDisposableStack,
  folder: string,
  platformEnv: Record<string, string>,
): Promise<CloudRun> {
  const job = await loadSandboxJob({ GCP_PROJECT_ID: PROJECT }, {});
  const scratchRoot = join(folder, "scratch");
  const cloudRun = await startCloudRun({ ...job, platformEnv, logDir: folder, scratchRoot });
  parts.defer(() => cloudRun.stop());
  return cloudRun;
}

async function startBothFunctions(
  parts: AsyncDisposableStack,
  cloudRun: CloudRun,
  firestoreHost: string,
): Promise<MediaWorld["functions"]> {
  // Timers are taken and never fire: the sweep launches the attempts after a kill.
  const tasks = await startTaskQueues({ queues: { launchDue: {} } });
  parts.defer(() => tasks.stop());
  const standIns = {
    bucket: BUCKET,
    firestoreHost,
    tasksHost: tasks.host,
    cloudRunHost: `${cloudRun.host}:${cloudRun.port}`,
  };
  const start = (CONVERSION: Conversion) =>
    startFunctions(parts, standIns, { ...SETTINGS, CONVERSION }, 1);
  const [live, after] = await Promise.all([start("live"), start("after")]);
  return { live, after };
}

/** Plays the scheduler until `parts` are disposed of. */
function keepSweeping(parts: AsyncDisposableStack, functions: FunctionsPool): void {
  const over = new AbortController();
  const sweeps = (async () => {
    while (!over.signal.aborted) {
      await functions.deliver("sweep", {});
      await pause(SWEEP_EVERY_MS);
    }
  })();
  parts.defer(async () => {
    over.abort();
    await sweeps;
  });
}
