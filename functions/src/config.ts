import {
  type Environment,
  leaseSettings,
  managerSettings,
  namingSettings,
  number,
  oneOf,
  readSettings,
  type SettingValues,
  text,
} from "@meeting-bot/core";

const ownSettings = {
  projectId: text("GCP_PROJECT_ID", {
    description: "The Google Cloud project of the Cloud Run job; in a function, its own project.",
  }),
  database: text("FIRESTORE_DATABASE", {
    description: "The Firestore database of the meetings.",
    fallback: "(default)",
  }),
  region: text("GCP_DEFAULT_REGION", {
    description: "The region of the functions and of the Cloud Run job.",
    fallback: "us-central1",
  }),
  bucket: text("GCS_BUCKET", { description: "The Cloud Storage bucket that recordings go to." }),
  controllerId: text("CONTROLLER_ID", {
    description: "Who claims; seen in `claimed_by`.",
    fallback: "controller",
  }),
  launcher: oneOf("LAUNCHER", ["cloud-run"], {
    description: "What runs the bots.",
    fallback: "cloud-run",
  }),
  cloudRunJob: text("CLOUD_RUN_JOB", {
    description: "The name of the Cloud Run job.",
    fallback: "meeting-bot",
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

/** Every variable of the functions, with its meaning and default. */
export const settings = {
  ...ownSettings,
  ...namingSettings,
  ...leaseSettings,
};

/** The functions' configuration, with what each launch hands on to the manager. */
export interface Config extends SettingValues<typeof settings> {
  forwarded: Readonly<Record<string, string>>;
}

/** Reads the configuration. Throws one `ConfigurationError` that lists every problem. */
export function readConfig(environment: Environment = process.env): Config {
  const own = {
    ...environment,
    GCP_PROJECT_ID: environment["GCP_PROJECT_ID"] || environment["GCLOUD_PROJECT"],
  };
  const values = readSettings({ ...settings, ...managerSettings }, own);
  return { ...values, forwarded: pickForwarded(environment) };
}

/** What the manager shares with the functions is configured once, here, and travels with each launch. */
function pickForwarded(environment: Environment): Record<string, string> {
  const shared = Object.values({ ...namingSettings, ...leaseSettings, ...managerSettings });
  return Object.fromEntries(
    shared.flatMap(({ name }) => {
      const value = environment[name];
      return value ? [[name, value]] : [];
    }),
  );
}

/** An address on this machine: anything else would carry launches, unencrypted, to wherever it says. */
function loopback(name: string, options: { description: string; fallback: string }) {
  const isLoopback = (value: string) => /^(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(value);
  return {
    ...text(name, options),
    allowed: "an address on this machine such as 127.0.0.1:8123",
    parse: (value: string) => (isLoopback(value) ? value : undefined),
  };
}
