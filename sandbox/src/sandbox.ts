import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Firestore } from "@google-cloud/firestore";
import { ConfigurationError } from "@meeting-bot/core";
import { PassThroughClient } from "google-auth-library";
import { LAUNCH_FUNCTION, LAUNCH_QUEUE } from "../../functions/src/timers/launch-queue.ts";
import { type CloudRun, type CloudRunOptions, startCloudRun } from "./cloud-run/server.ts";
import { startFirebaseEmulators } from "./firebase/emulators.ts";
import type { EmulatorPorts } from "./firebase/staged-project.ts";
import { ROOT } from "./root.ts";
import { loadSandboxJob } from "./sandbox-job.ts";
import { type Scheduler, startScheduler } from "./scheduler.ts";
import { startStorageEmulator } from "./storage/storage-emulator.ts";
import { startTaskQueues, type TaskQueues } from "./tasks/task-queues.ts";

/** How the local world is to be. */
export interface SandboxOptions {
  env: NodeJS.ProcessEnv;
  /** Where logs go; they are kept. */
  logDir: string;
  /** Ports that must be these; the others are free ones. */
  ports?: Partial<EmulatorPorts & { storage: number; cloudRun: number }>;
  /** Variables of the functions, and so of the manager, as a deployment would set them. */
  settings?: Readonly<Record<string, string>>;
  /** Variables of the bot's simulator. */
  bot?: Readonly<Record<string, string>>;
  /** `accept` takes launches without running anything. */
  mode?: CloudRunOptions["mode"];
  /** How often Cloud Scheduler fires; default as deployed. */
  sweepSeconds?: number;
  notify?(sentence: string): void;
}

/** The deployed code with everything that it talks to, on this machine. */
export interface Sandbox {
  projectId: string;
  bucket: string;
  firestore: Firestore;
  firestoreHost: string;
  functionsUrl: string;
  storageUrl: string;
  cloudRun: CloudRun;
  /** Cloud Scheduler, for the sweep. */
  scheduler: Scheduler;
  /** Cloud Tasks, for launches at their time. */
  tasks: TaskQueues;
  logDir: string;
  /** Ends everything; no process, port or temporary folder is left. */
  stop(): Promise<void>;
}

/** A project that no tool will ever look for in the cloud, because of how it begins. */
const PROJECT = "demo-meeting-bot";
const BUCKET = "demo-recordings";
const DEPLOYED_SWEEP_SECONDS = 60;
const REGION = "us-central1";

/** Starts the sandbox. Rejects, with nothing left running, when a part of it does not start. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (options.env["FIRESTORE_EMULATOR_HOST"]) {
    const problem = "FIRESTORE_EMULATOR_HOST is set, and every Firestore client here would obey it";
    throw new ConfigurationError(`${problem}: unset it, the sandbox brings its own emulator.`);
  }
  await using parts = new AsyncDisposableStack();
  const sandbox = await startParts(options, parts);
  const kept = parts.move();
  return { ...sandbox, stop: () => kept.disposeAsync() };
}

async function startParts(
  options: SandboxOptions,
  parts: AsyncDisposableStack,
): Promise<Omit<Sandbox, "stop">> {
  const { env, logDir, ports = {}, notify = () => {} } = options;
  await mkdir(logDir, { recursive: true });
  notify("Starting the storage emulator");
  const storage = await startStorageEmulator({
    port: ports.storage,
    buckets: [BUCKET],
    env,
    logDir,
  });
  parts.defer(() => storage.stop());
  // The containers are told where Firestore is once it is there; none runs before.
  const platformEnv: Record<string, string> = {};
  const cloudRun = await startPlatform(options, platformEnv, parts);
  notify("Starting the Firebase emulators");
  const firebase = await startFirebase(options, cloudRun, parts);
  const { functionsUrl, firestoreHost } = firebase;
  Object.assign(platformEnv, managerEnv(firestoreHost, storage.url));
  const firestore = connectFirestore(firestoreHost);
  parts.defer(() => firestore.terminate());
  return {
    projectId: PROJECT,
    bucket: BUCKET,
    firestore,
    firestoreHost,
    functionsUrl,
    storageUrl: storage.url,
    cloudRun,
    scheduler: firebase.scheduler,
    tasks: firebase.tasks,
    logDir,
  };
}

async function startPlatform(
  { logDir, ports = {}, mode = "run", bot = {} }: SandboxOptions,
  platformEnv: Record<string, string>,
  parts: AsyncDisposableStack,
): Promise<CloudRun> {
  const scratchRoot = await mkdtemp(join(tmpdir(), "meeting-bot-"));
  parts.defer(() => rm(scratchRoot, { recursive: true, force: true }));
  const job = await loadSandboxJob({ GCP_PROJECT_ID: PROJECT, GCS_BUCKET: BUCKET }, bot);
  const port = ports.cloudRun ?? 0;
  const cloudRun = await startCloudRun({ ...job, platformEnv, logDir, scratchRoot, port, mode });
  parts.defer(() => cloudRun.stop());
  return cloudRun;
}

async function startFirebase(
  { env, logDir, ports = {}, notify = () => {}, settings, sweepSeconds }: SandboxOptions,
  cloudRun: CloudRun,
  parts: AsyncDisposableStack,
) {
  const tasks = await startTaskQueues({ queues: { [LAUNCH_FUNCTION]: LAUNCH_QUEUE } });
  parts.defer(() => tasks.stop());
  const emulators = await startFirebaseEmulators({
    projectId: PROJECT,
    rootDir: ROOT,
    env,
    logDir,
    ports,
    notify,
    functionsEnv: functionsEnv(cloudRun, settings),
    functionsSecrets: { CLOUD_TASKS_EMULATOR_HOST: tasks.host },
  });
  parts.defer(() => emulators.stop());
  tasks.connect(emulators.functionsUrl);
  const scheduler = startScheduler({
    functionsUrl: emulators.functionsUrl,
    projectId: PROJECT,
    region: REGION,
    functionName: "sweep",
    everySeconds: sweepSeconds ?? DEPLOYED_SWEEP_SECONDS,
    onError: (error) => notify(`The sweep failed: ${error.message}`),
  });
  parts.defer(() => scheduler.stop());
  return { ...emulators, scheduler, tasks };
}

/** What a deployment's dotenv file would hold; every parameter needs a value, or the emulator asks for it. */
function functionsEnv(
  { host, port }: CloudRun,
  settings: SandboxOptions["settings"],
): Record<string, string> {
  return {
    GCS_BUCKET: BUCKET,
    FIRESTORE_DATABASE: "(default)",
    GCP_DEFAULT_REGION: REGION,
    MEETINGS_COLLECTION_PATH: "meetings",
    MEETINGS_QUERY_MODE: "collection",
    CONTROLLER_ID: "sandbox",
    CLOUD_RUN_ENDPOINT: `${host}:${port}`,
    METADATA_SERVER_DETECTION: "none",
    HEARTBEAT_SECONDS: "1",
    MONITOR_INTERVAL_SECONDS: "1",
    ...settings,
  };
}

/** What the platform would give a container by itself: the way to the other services. */
function managerEnv(firestoreHost: string, storageUrl: string): Record<string, string> {
  return {
    FIRESTORE_EMULATOR_HOST: firestoreHost,
    STORAGE_EMULATOR_HOST: storageUrl,
    METADATA_SERVER_DETECTION: "none",
    // Google's storage emulator hangs on uploads in chunks.
    UPLOAD_CHUNK_MEBIBYTES: "0",
  };
}

/** Without credentials, and without looking for any. */
export function connectFirestore(host: string): Firestore {
  return new Firestore({
    projectId: PROJECT,
    host,
    ssl: false,
    authClient: new PassThroughClient(),
  });
}
