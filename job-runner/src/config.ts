import { join } from "node:path";
import {
  BOT_INSTANCES,
  type Environment,
  importSettings,
  leaseSettings,
  linkSettings,
  longestWaitMinutes,
  managerSettings,
  namingProblems,
  namingSettings,
  number,
  pattern,
  projectSettings,
  readSettings,
  type Setting,
  type SettingValues,
  storageProblems,
  storageSettings,
  text,
} from "@meeting-bot/core";
import { type Platform, readPlatform } from "./platform/platform.ts";
import { federationSettings } from "./platform/settings.ts";

/** The variables that only the manager reads: each launch sets the first two, its container the others. */
export const ownSettings = {
  instancePath: pattern("BOT_INSTANCE_PATH", {
    description: "The document of the bot instance to work on.",
    form: new RegExp(`^${BOT_INSTANCES}/[^/]+$`),
    allowed: `a path such as ${BOT_INSTANCES}/abc`,
  }),
  claimToken: text("CLAIM_TOKEN", { description: "The claim in whose name to work." }),
  scratchDir: text("SCRATCH_DIR", {
    description:
      "The folder shared with the bot: it records there, and the outputs are made there.",
    fallback: "/scratch",
  }),
  botUrl: {
    ...text("MEETING_BOT_API_URL", {
      description: "Where the bot's API is.",
      fallback: "http://localhost:3000",
    }),
    allowed: "a URL such as http://localhost:3000",
    parse: (url: string) => (/^https?:$/.test(URL.parse(url)?.protocol ?? "") ? url : undefined),
  } satisfies Setting<string>,
  callbackPort: number("BOT_CALLBACK_PORT", {
    description: "The port on which the bot's callbacks are awaited.",
    fallback: 8081,
    min: 1,
    max: 65_535,
  }),
  uploadChunkMebibytes: number("UPLOAD_CHUNK_MEBIBYTES", {
    description: "The size of the pieces that files are uploaded in; 0 sends each in one piece.",
    fallback: 8,
    min: 0,
  }),
  runnerId: text("RUNNER_ID", {
    description: "Who this manager is; set by the supervisor that starts it.",
    fallback: "",
  }),
  restarts: number("MANAGER_RESTARTS", {
    description: "How many managers the supervisor has started before this one.",
    fallback: 0,
    min: 0,
  }),
  ffmpegPath: text("FFMPEG_PATH", { description: "The ffmpeg to use.", fallback: "" }),
  ffprobePath: text("FFPROBE_PATH", { description: "The ffprobe to use.", fallback: "" }),
};

const { projectId, database } = projectSettings;

/** Every variable of the manager, with its meaning and default. */
export const settings = {
  projectId,
  database,
  ...storageSettings,
  ...federationSettings,
  ...ownSettings,
  ...managerSettings,
  ...leaseSettings,
  ...linkSettings,
  ...importSettings,
  ...namingSettings,
};

/** The manager's configuration. */
export interface Config extends SettingValues<typeof settings> {
  /** How long to wait for a meeting to end: what is configured, or longer where the bot may take longer. */
  maxWaitMinutes: number;
  botInstanceId: string;
  /** Where the outputs are made. What the bot makes for its users never begins with a dot. */
  workDir: string;
  /** Tells the bot's container to end when it appears. */
  stopFile: string;
  /** The folders to look for ffmpeg in. */
  searchPath: string;
  platform: Platform;
}

/** Reads the configuration. Throws one `ConfigurationError` that lists every problem. */
export function readConfig(environment: Environment = process.env): Config {
  const values = readSettings(settings, environment, storageProblems, namingProblems);
  return {
    ...values,
    maxWaitMinutes: longestWaitMinutes(values),
    botInstanceId: values.instancePath.slice(values.instancePath.indexOf("/") + 1),
    workDir: join(values.scratchDir, ".outputs"),
    stopFile: join(values.scratchDir, ".stop"),
    searchPath: environment["PATH"] ?? "",
    platform: readPlatform(environment),
  };
}
