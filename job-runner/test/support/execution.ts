import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emulatorAddress } from "../../../core/test/support/emulator.ts";
import { ensureBuilt } from "../../../functions/test/support/build.ts";
import { freePort } from "../../../sandbox/src/ports.ts";
import { Child } from "./child.ts";

const inRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const MANAGER = inRoot("job-runner/lib/main.js");
const SUPERVISOR = inRoot("job-runner/lib/supervisor.js");
const ENTRY_POINT = inRoot("deploy/meeting-bot/entrypoint.sh");
const SIMULATOR = inRoot("sandbox/src/meeting-bot/main.ts");

/** What an execution is told, as the platform and the launcher would. */
export interface ExecutionOptions {
  projectId: string;
  instanceId: string;
  token: string;
  /** The address of Cloud Storage's stand-in. */
  storageUrl: string;
  /** More for the manager, or other values. */
  manager?: Record<string, string>;
  /** More for the bot. */
  bot?: Record<string, string>;
  /** Whether the manager is started by its supervisor, as in its image; `manager` is that then. */
  supervised?: boolean;
}

/** A manager and its bot beside each other, with a scratch folder of their own. */
export interface Execution {
  manager: Child;
  /** The simulator behind the derived image's entry point, which obeys the stop file. */
  bot: Child;
  scratchDir: string;
  /** Whether the bot has been told to end. */
  isStopRequested(): boolean;
  /** Ends both and removes the folder. */
  end(): Promise<void>;
}

/** Starts an execution of what is deployed. The bot is up before the manager is. */
export async function startExecution(options: ExecutionOptions): Promise<Execution> {
  await ensureBuilt();
  const scratchDir = await mkdtemp(join(tmpdir(), "execution-"));
  const callbackPort = String(await freePort());
  const bot = new Child("sh", [ENTRY_POINT, process.execPath, SIMULATOR], {
    PATH: process.env["PATH"] ?? "",
    PORT: "0",
    AUTH_BASE_URL_V2: `http://127.0.0.1:${callbackPort}/v2`,
    TEMPVIDEO_DIR: scratchDir,
    STOP_FILE: join(scratchDir, ".stop"),
    STOP_GRACE_SECONDS: "0",
    ...options.bot,
  });
  const { port } = JSON.parse(await bot.line("listening"));
  const manager = new Child(process.execPath, [options.supervised ? SUPERVISOR : MANAGER], {
    ...managerEnvironment(options),
    SCRATCH_DIR: scratchDir,
    MEETING_BOT_API_URL: `http://127.0.0.1:${port}`,
    BOT_CALLBACK_PORT: callbackPort,
    ...options.manager,
  });
  return {
    manager,
    bot,
    scratchDir,
    isStopRequested: () => existsSync(join(scratchDir, ".stop")),
    end: async () => {
      manager.signal("SIGKILL");
      bot.signal("SIGTERM");
      await Promise.all([manager.exitCode, bot.exitCode]);
      // An ffmpeg without a manager may still be writing its last.
      await rm(scratchDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Quick signs of life and questions, so that a test waits for neither. */
function managerEnvironment(options: ExecutionOptions): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    METADATA_SERVER_DETECTION: "none",
    FIRESTORE_EMULATOR_HOST: emulatorAddress(),
    STORAGE_EMULATOR_HOST: options.storageUrl,
    GCP_PROJECT_ID: options.projectId,
    GCS_BUCKET: "recordings",
    BOT_INSTANCE_PATH: `bot_instances/${options.instanceId}`,
    CLAIM_TOKEN: options.token,
    HEARTBEAT_SECONDS: "0.3",
    MONITOR_INTERVAL_SECONDS: "0.2",
    VIDEO_PRESET: "ultrafast",
    LOG_LEVEL: "DEBUG",
  };
}
