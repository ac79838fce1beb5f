import {
  accessSettings,
  botSettings,
  type Check,
  configurationError,
  deadlineProblems,
  deadlineSettings,
  type Environment,
  examineSettings,
  importProblems,
  importSettings,
  type LogLevel,
  leaseSettings,
  linkSettings,
  managerSettings,
  meetingsProblems,
  meetingsSettings,
  namingProblems,
  namingSettings,
  number,
  oneOf,
  pattern,
  projectSettings,
  type SettingValues,
  storageProblems,
  storageSettings,
  text,
} from "@meeting-bot/core";
import { DEFAULT_LAUNCHER, LAUNCHERS, type LauncherKind } from "./launchers/registry.ts";

/** The variables that only the functions read. */
export const ownSettings = {
  backfillReadsPerDay: number("BACKFILL_READS_PER_DAY", {
    description:
      "How many documents the hourly look for meetings whose event was lost reads in a day; 0 switches it off.",
    fallback: 2000,
    min: 0,
  }),
  controllerId: text("CONTROLLER_ID", {
    description: "Who claims; seen in `claimed_by`.",
    inherits: ["HOSTNAME", "K_REVISION"],
    fallback: "controller",
  }),
  functionsAccount: text("FUNCTIONS_SERVICE_ACCOUNT", {
    description:
      "The service account that the functions act as; `default` is the project's default compute account.",
    fallback: "default",
  }),
  launcher: oneOf("LAUNCHER", Object.keys(LAUNCHERS) as LauncherKind[], {
    description: "What runs the bots.",
    fallback: DEFAULT_LAUNCHER,
  }),
  launchTimeoutSeconds: number("LAUNCH_TIMEOUT_SECONDS", {
    description: "How long the platform may take to accept a launch.",
    fallback: 20,
    min: 1,
    max: 50,
  }),
  s3RoleArn: pattern("S3_ROLE_ARN", {
    description:
      "The AWS role as which the functions sign URLs for an `s3://` bucket and erase recordings in it; without it, the secret `S3_KEYS`.",
    fallback: "",
    form: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    allowed: "a role such as arn:aws:iam::123456789012:role/meeting-bot-recordings",
  }),
  s3RoleAudience: text("S3_ROLE_AUDIENCE", {
    description: "The audience of the identity token that the role is assumed with.",
    fallback: "sts.amazonaws.com",
  }),
  storageRegion: text("STORAGE_REGION", {
    description: "Where the Cloud Storage bucket is, as webhooks tell it.",
    inherits: [projectSettings.region.name],
    fallback: "us-central1",
  }),
  sweepPageSize: number("MAX_CLAIM_PER_POLL", {
    description: "How many bot instances the sweep reads at once.",
    fallback: 10,
    min: 1,
    max: 500,
  }),
};

/** What the manager shares with the functions; it travels with each launch. */
const sharedSettings = {
  ...storageSettings,
  ...namingSettings,
  ...leaseSettings,
  ...linkSettings,
  ...managerSettings,
  ...importSettings,
};

/** Every variable of the functions, with its meaning and default. */
export const settings = {
  ...projectSettings,
  ...meetingsSettings,
  ...accessSettings,
  ...ownSettings,
  ...sharedSettings,
  ...botSettings,
  ...deadlineSettings,
};

/** Variables that users of the polling controller may still set, and why they do nothing. */
export const retiredSettings: Readonly<Record<string, string>> = {
  POLL_INTERVAL: "Nothing polls any more: a meeting is served when it is written.",
};

/** The functions' configuration, with what each launch hands on. */
export interface Config extends SettingValues<typeof settings> {
  /** Whether webhooks may go to this machine and without encryption: only in the functions emulator. */
  allowLocalEndpoints: boolean;
  /** To the manager's container: what is set of what it shares with the functions. */
  forwarded: Readonly<Record<string, string>>;
  /** What only the chosen launcher needs, read by its settings. */
  platform: Readonly<Record<string, unknown>>;
  /** To the bot's container: its limits, whatever the job that was applied says of them. */
  forwardedToBot: Readonly<Record<string, string>>;
}

const EMULATOR_VARIABLE = "FUNCTIONS_EMULATOR";

const checks = [storageProblems, meetingsProblems, namingProblems, importProblems];

/** Reads the configuration. Throws one `ConfigurationError` that lists every problem. */
export function readConfig(environment: Environment = process.env): Config {
  const { values, platform, problems } = examine(environment, checks);
  if (problems.length > 0) throw configurationError(problems);
  return {
    ...(values as Values),
    platform,
    // firebase-tools sets it; a dotenv file that does so too is refused before it is deployed.
    allowLocalEndpoints: environment[EMULATOR_VARIABLE] === "true",
    forwarded: pickShared(environment),
    forwardedToBot: pickForBot(values as Values),
  };
}

/**
 * The configuration as another launcher needs it, by whatever is set of its variables. Throws a
 * `ConfigurationError` when that is not enough.
 */
export function configFor(
  launcher: LauncherKind,
  config: Config,
  environment: Environment = process.env,
): Config {
  if (launcher === config.launcher) return config;
  const { values: platform, problems } = LAUNCHERS[launcher].examine(environment);
  if (problems.length > 0) throw configurationError(problems);
  return { ...config, launcher, platform };
}

/**
 * Everything that speaks against deploying with this configuration. Time limits are compared only
 * here: functions that refused to work would lose the short meetings along with the longest.
 */
export function findProblems(environment: Environment): string[] {
  const { problems } = examine(environment, [...checks, deadlineProblems, orderProblems]);
  const pretends = environment[EMULATOR_VARIABLE] !== undefined;
  return pretends ? [...problems, `${EMULATOR_VARIABLE} is for the emulator to set.`] : problems;
}

function examine(environment: Environment, against: Check<typeof settings>[]) {
  const { values, problems } = examineSettings(settings, environment, ...against);
  const { launcher } = values;
  const own = launcher && LAUNCHERS[launcher].examine(environment);
  const wanted = own?.problems.map((problem) => `${problem} LAUNCHER=${launcher} wants it.`) ?? [];
  return { values, platform: own?.values ?? {}, problems: [...problems, ...wanted] };
}

type Values = SettingValues<typeof settings>;

/** What must happen before something else is given up. */
const EARLIER_THAN: readonly (readonly [keyof Values, keyof Values])[] = [
  ["heartbeatSeconds", "heartbeatLeaseSeconds"],
  ["launchTimeoutSeconds", "launchLeaseSeconds"],
];

function orderProblems(values: Partial<Values>): string[] {
  return EARLIER_THAN.flatMap(([early, late]) => {
    const [earlier, later] = [values[early], values[late]];
    if (earlier === undefined || later === undefined || earlier < later) return [];
    return [
      `${settings[early].name} is "${earlier}", but must be less than ${settings[late].name} (${later}).`,
    ];
  });
}

/** How much to log; the default where the variable is wrong, since logging says that too. */
export function readLogLevel(environment: Environment = process.env): LogLevel {
  const { name, parse, fallback = "INFO" } = managerSettings.logLevel;
  return parse(environment[name] ?? "") ?? fallback;
}

function pickShared(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.values(sharedSettings).flatMap(({ name }) => {
      const value = environment[name];
      return value ? [[name, value]] : [];
    }),
  );
}

function pickForBot(values: Values): Record<string, string> {
  const { region } = projectSettings;
  const { maxRecordingMinutes } = leaseSettings;
  return {
    [region.name]: values.region,
    [maxRecordingMinutes.name]: String(values.maxRecordingMinutes),
    [botSettings.inactivityMinutes.name]: String(values.inactivityMinutes),
    [botSettings.inactivityDelayMinutes.name]: String(values.inactivityDelayMinutes),
  };
}
