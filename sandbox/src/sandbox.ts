import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Firestore } from "@google-cloud/firestore";
import { ConfigurationError } from "@meeting-bot/core";
import { PassThroughClient } from "google-auth-library";
import { scopeOf } from "../../functions/src/launchers/launch-request.ts";
import { DEFAULT_LAUNCHER, type LauncherKind } from "../../functions/src/launchers/registry.ts";
import { DELIVERY_QUEUE, DELIVERY_TASKS } from "../../functions/src/timers/delivery-queue.ts";
import { LAUNCH_QUEUE, LAUNCH_TASKS } from "../../functions/src/timers/launch-queue.ts";
import type { CloudRun } from "./cloud-run/server.ts";
import { startFirebaseEmulators } from "./firebase/emulators.ts";
import type { EmulatorPorts } from "./firebase/staged-project.ts";
import type { Platform, PlatformOptions } from "./platforms/platform.ts";
import { PLATFORMS } from "./platforms/registry.ts";
import { watchRooms } from "./room-watch.ts";
import { ROOT } from "./root.ts";
import { type Schedules, startSchedules } from "./schedules.ts";
import { newSecrets, type Secrets } from "./secrets.ts";
import { STORES, type StoreKind } from "./stores/registry.ts";
import type { Store } from "./stores/store.ts";
import { startTaskQueues, type TaskQueues } from "./tasks/task-queues.ts";

/** How the local world is to be. */
export interface SandboxOptions {
  env: NodeJS.ProcessEnv;
  /** Where logs go; they are kept. */
  logDir: string;
  /** What runs the bots; default as deployed. */
  launcher?: LauncherKind;
  /** Where recordings are kept; default `gs`. */
  storage?: StoreKind;
  /** Ports that must be these; the others are free ones. */
  ports?: Partial<EmulatorPorts & { storage: number; platform: number }>;
  /** Variables of the functions, and so of the manager, as a deployment would set them. */
  settings?: Readonly<Record<string, string>>;
  /** Variables of the bot's simulator. */
  bot?: Readonly<Record<string, string>>;
  /** `accept` takes launches without running anything. */
  mode?: PlatformOptions["mode"];
  /** How often Cloud Scheduler fires both sweeps; default as deployed. */
  sweepSeconds?: number;
  notify?(sentence: string): void;
}

/** The deployed code with everything that it talks to, on this machine. */
export interface Sandbox {
  projectId: string;
  firestore: Firestore;
  firestoreHost: string;
  functionsUrl: string;
  /** Where the recordings are. */
  store: Store;
  /** What runs the bots. */
  platform: Platform;
  /** The platform, where it is Cloud Run; throws elsewhere. */
  cloudRun: CloudRun;
  /** Cloud Scheduler, by the function that it runs. */
  schedules: Schedules;
  /** Cloud Tasks, for launches and deliveries at their time. */
  tasks: TaskQueues;
  /** Where the bots note which room they are in: `meeting-bot/room-register.ts` reads it. */
  roomRegister: string;
  /**
   * Starts another platform beside the one that is there, and deploys the functions anew: they launch
   * on it from then on.
   */
  changeLauncher(launcher: LauncherKind): Promise<void>;
  /** From now on no function is told of what is written: all that happens is what the schedules do. */
  holdEvents(): Promise<void>;
  /** What the functions have from Secret Manager. */
  secrets: Secrets;
  logDir: string;
  /** Ends everything; no process, port or temporary folder is left. */
  stop(): Promise<void>;
}

/** A project that no tool will ever look for in the cloud, because of how it begins. */
const PROJECT = "demo-meeting-bot";
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
  return Object.assign(sandbox, { stop: () => kept.disposeAsync() });
}

async function startParts(
  options: SandboxOptions,
  parts: AsyncDisposableStack,
): Promise<Omit<Sandbox, "stop">> {
  const { env, logDir, ports = {}, notify = () => {} } = options;
  await mkdir(logDir, { recursive: true });
  const roomRegister = await keepRoomRegister(logDir, parts);
  notify("Starting the storage");
  const store = await STORES[options.storage ?? "gs"]({ env, logDir, port: ports.storage });
  parts.defer(() => store.stop());
  // The containers are told where Firestore is once it is there; none runs before.
  const platformEnv: Record<string, string> = { ...CONTAINERS_ENV, ...store.platformEnv };
  const platform = await startPlatform(options, platformEnv, roomRegister, parts);
  notify("Starting the Firebase emulators");
  const functionsEnv = { ...FUNCTIONS_ENV, ...store.functionsEnv, ...platform.functionsEnv };
  const firebase = await startFirebase(options, functionsEnv, store.functionsSecrets, parts);
  const { functionsUrl, firestoreHost } = firebase;
  platformEnv["FIRESTORE_EMULATOR_HOST"] = firestoreHost;
  const firestore = connectFirestore(firestoreHost);
  parts.defer(() => firestore.terminate());
  const later = parts.use(new AsyncDisposableStack());
  const changeLauncher = async (launcher: LauncherKind) => {
    const other = await startPlatform({ ...options, launcher }, platformEnv, roomRegister, later);
    await firebase.redeploy({ ...functionsEnv, ...other.functionsEnv, ...options.settings });
  };
  return {
    projectId: PROJECT,
    firestore,
    firestoreHost,
    functionsUrl,
    store,
    platform,
    get cloudRun() {
      if (platform.cloudRun) return platform.cloudRun;
      throw new Error(`This sandbox runs bots by ${options.launcher}.`);
    },
    changeLauncher,
    holdEvents: () => holdEvents(firebase.hubPort),
    schedules: firebase.schedules,
    tasks: firebase.tasks,
    secrets: firebase.secrets,
    roomRegister,
    logDir,
  };
}

/** An empty register beside the logs, watched for bots that are killed. */
async function keepRoomRegister(logDir: string, parts: AsyncDisposableStack): Promise<string> {
  const registerFile = join(logDir, "rooms.jsonl");
  await rm(registerFile, { force: true });
  const watch = watchRooms(registerFile);
  parts.defer(() => watch.stop());
  return registerFile;
}

async function startPlatform(
  {
    launcher = DEFAULT_LAUNCHER,
    logDir,
    ports = {},
    mode = "run",
    bot = {},
    settings,
  }: SandboxOptions,
  platformEnv: Record<string, string>,
  roomRegister: string,
  parts: AsyncDisposableStack,
): Promise<Platform> {
  const scratchRoot = await mkdtemp(join(tmpdir(), "meeting-bot-"));
  parts.defer(() => rm(scratchRoot, { recursive: true, force: true }));
  const database = settings?.["FIRESTORE_DATABASE"] ?? FUNCTIONS_ENV.FIRESTORE_DATABASE;
  const scope = scopeOf({ projectId: PROJECT, database });
  const place = { projectId: PROJECT, scope, logDir, scratchRoot, port: ports.platform ?? 0 };
  const noting = { SIM_ROOM_REGISTER: roomRegister, ...bot };
  const platform = await PLATFORMS[launcher]({ ...place, platformEnv, bot: noting, mode });
  parts.defer(() => platform.stop());
  return platform;
}

async function startFirebase(
  { env, logDir, ports = {}, notify = () => {}, settings, sweepSeconds }: SandboxOptions,
  functionsEnv: Readonly<Record<string, string>>,
  storeSecrets: Readonly<Record<string, string>>,
  parts: AsyncDisposableStack,
) {
  const tasks = await startTaskQueues({ queues: QUEUES });
  parts.defer(() => tasks.stop());
  const secrets = newSecrets();
  const emulators = await startFirebaseEmulators({
    projectId: PROJECT,
    rootDir: ROOT,
    env,
    logDir,
    ports,
    notify,
    functionsEnv: { ...functionsEnv, ...settings },
    functionsSecrets: { ...secrets, ...storeSecrets, CLOUD_TASKS_EMULATOR_HOST: tasks.host },
  });
  parts.defer(() => emulators.stop());
  tasks.connect(emulators.functionsUrl);
  const schedules = startSchedules(parts, {
    functionsUrl: emulators.functionsUrl,
    projectId: PROJECT,
    region: REGION,
    sweepSeconds,
    onError: (functionName, error) => notify(`${functionName} failed: ${error.message}`),
  });
  return { ...emulators, schedules, tasks, secrets };
}

async function holdEvents(hubPort: number): Promise<void> {
  const url = `http://127.0.0.1:${hubPort}/functions/disableBackgroundTriggers`;
  const response = await fetch(url, { method: "PUT" });
  if (!response.ok) throw new Error(`PUT ${url} answered ${response.status}.`);
}

const QUEUES = {
  [LAUNCH_TASKS.functionName]: LAUNCH_QUEUE,
  [DELIVERY_TASKS.functionName]: DELIVERY_QUEUE,
};

/** What a deployment's dotenv file would hold; every parameter needs a value, or the emulator asks for it. */
const FUNCTIONS_ENV = {
  GCS_BUCKET: "",
  FIRESTORE_DATABASE: "(default)",
  GCP_DEFAULT_REGION: REGION,
  MEETINGS_COLLECTION_PATH: "meetings",
  MEETINGS_QUERY_MODE: "collection",
  CONTROLLER_ID: "sandbox",
  FUNCTIONS_SERVICE_ACCOUNT: "default",
  METADATA_SERVER_DETECTION: "none",
  HEARTBEAT_SECONDS: "1",
  MONITOR_INTERVAL_SECONDS: "1",
};

const CONTAINERS_ENV = { METADATA_SERVER_DETECTION: "none" };

/** Without credentials, and without looking for any. */
export function connectFirestore(host: string, projectId = PROJECT): Firestore {
  return new Firestore({
    projectId,
    host,
    ssl: false,
    authClient: new PassThroughClient(),
  });
}
