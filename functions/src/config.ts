import {
  botSettings,
  deadlineProblems,
  deadlineSettings,
  type Environment,
  examineSettings,
  type LogLevel,
  leaseSettings,
  managerSettings,
  meetingsProblems,
  meetingsSettings,
  namingProblems,
  namingSettings,
  number,
  oneOf,
  projectSettings,
  readSettings,
  type Setting,
  type SettingValues,
  text,
} from "@meeting-bot/core";

/** The variables that only the functions read. */
export const ownSettings = {
  controllerId: text("CONTROLLER_ID", {
    description: "Who claims; seen in `claimed_by`.",
    inherits: ["HOSTNAME", "K_REVISION"],
    fallback: "controller",
  }),
  launcher: oneOf("LAUNCHER", ["cloud-run"], {
    description: "What runs the bots.",
    fallback: "cloud-run",
  }),
  cloudRunEndpoint: loopback("CLOUD_RUN_ENDPOINT", {
    description: "The address of a local stand-in for Cloud Run, instead of the real one.",
    fallback: "",
  }),
  launchTimeoutSeconds: number("LAUNCH_TIMEOUT_SECONDS", {
    description: "How long the platform may take to accept a launch.",
    fallback: 20,
    min: 1,
    max: 50,
  }),
  joinLeadSeconds: number("MEETING_JOIN_LEAD_SECONDS", {
    description: "How long before a meeting's start its bot is sent.",
    fallback: 120,
    min: 0,
  }),
  sweepPageSize: number("MAX_CLAIM_PER_POLL", {
    description: "How many bot instances the sweep reads at once.",
    fallback: 10,
    min: 1,
    max: 500,
  }),
};

/** What the manager shares with the functions; it travels with each launch. */
const sharedSettings = { ...namingSettings, ...leaseSettings, ...managerSettings };

/** Every variable of the functions, with its meaning and default. */
export const settings = {
  ...projectSettings,
  ...meetingsSettings,
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
  /** To the manager's container: what is set of what it shares with the functions. */
  forwarded: Readonly<Record<string, string>>;
  /** To the bot's container: its limits, whatever the job that was applied says of them. */
  forwardedToBot: Readonly<Record<string, string>>;
}

const checks = [meetingsProblems, namingProblems];

/** Reads the configuration. Throws one `ConfigurationError` that lists every problem. */
export function readConfig(environment: Environment = process.env): Config {
  const values = readSettings(settings, environment, ...checks);
  return {
    ...values,
    forwarded: pickShared(environment),
    forwardedToBot: pickForBot(values),
  };
}

/**
 * Everything that speaks against deploying with this configuration. Time limits are compared only
 * here: functions that refused to work would lose the short meetings along with the longest.
 */
export function findProblems(environment: Environment): string[] {
  return examineSettings(settings, environment, ...checks, deadlineProblems, orderProblems)
    .problems;
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

/** An address on this machine: anything else would carry launches, unencrypted, to wherever it says. */
function loopback(
  name: string,
  options: { description: string; fallback: string },
): Setting<string> {
  const isLoopback = (value: string) => {
    const port = Number(/^(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/.exec(value)?.[1]);
    return port >= 1 && port <= 65_535;
  };
  return {
    ...text(name, options),
    allowed: "an address on this machine such as 127.0.0.1:8123",
    parse: (value: string) => (isLoopback(value) ? value : undefined),
  };
}
