import { readFileSync } from "node:fs";
import { parseArgs, parseEnv } from "node:util";

/** A placeholder of `job.yaml`: what it is for and, where there is one, what it is when nothing is given. */
type Variable = { meaning: string; default?: string };

/** The placeholders of `job.yaml`. */
export const VARIABLES: Record<string, Variable> = {
  GCP_PROJECT_ID: { meaning: "the Google Cloud project" },
  GCS_BUCKET: { meaning: "the bucket that the recordings go to" },
  MANAGER_IMAGE: { meaning: "the image built from job-runner/Dockerfile" },
  MEETING_BOT_IMAGE: { meaning: "the image built from deploy/meeting-bot/Dockerfile" },
  CLOUD_RUN_JOB: { meaning: "the name of the Cloud Run Job", default: "meeting-bot" },
  JOB_SERVICE_ACCOUNT: {
    meaning: "the service account of the job; a name without @ is one of the project",
    default: "meeting-bot-job",
  },
  SCRATCH_STORAGE_SIZE: {
    meaning: "the disk for one recording; at least 10Gi, above it the region's quota must allow it",
    default: "50Gi",
  },
  FIRESTORE_DATABASE: { meaning: "the Firestore database", default: "(default)" },
  LOG_LEVEL: { meaning: "the least severity that the manager logs", default: "INFO" },
  NODE_ENV: { meaning: "the bot's Node environment", default: "development" },
  MAX_RECORDING_DURATION_MINUTES: { meaning: "the longest recording", default: "600" },
  MEETING_INACTIVITY_MINUTES: {
    meaning: "how long the bot stays where nobody speaks",
    default: "15",
  },
  INACTIVITY_DETECTION_START_DELAY_MINUTES: {
    meaning: "how long after joining the bot begins to look for inactivity",
    default: "5",
  },
  GCP_DEFAULT_REGION: { meaning: "a region, which the bot asks for", default: "us-central1" },
};

/** What keeps the template from being rendered, one sentence per variable. */
export class RenderError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "RenderError";
    this.problems = problems;
  }
}

/**
 * Replaces every `${NAME}` of a template, each of which must stand for a whole YAML scalar, by its value as a
 * double-quoted one: no value can break out of its place. An empty value counts as none.
 * Throws a RenderError that names everything that is missing or unknown.
 */
export function renderJob(template: string, values: Record<string, string | undefined>): string {
  const names = [...new Set([...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name))];
  const problems = names.filter((name) => !lookUp(name, values)).map(problemOf);
  if (problems.length > 0) throw new RenderError(problems);
  return template.replace(PLACEHOLDER, (_, name: string) => JSON.stringify(lookUp(name, values)));
}

/** In upper case: the `${…}` of the template's prose is not one. */
const PLACEHOLDER = /\$\{([A-Z][A-Z0-9_]*)\}/g;

function lookUp(name: string, values: Record<string, string | undefined>): string | undefined {
  const value = values[name] || VARIABLES[name]?.default;
  const isShortAccount = name === "JOB_SERVICE_ACCOUNT" && value && !value.includes("@");
  return isShortAccount ? `${value}@${values["GCP_PROJECT_ID"]}.iam.gserviceaccount.com` : value;
}

function problemOf(name: string): string {
  const variable = VARIABLES[name];
  return variable ? `${name} is missing: ${variable.meaning}` : `\${${name}} is not known here`;
}

function help(): string {
  const width = Math.max(...Object.keys(VARIABLES).map((name) => name.length));
  const lines = Object.entries(VARIABLES).map(
    ([name, { meaning, default: value }]) =>
      `  ${name.padEnd(width)}  ${meaning} (${value === undefined ? "required" : `default ${value}`})`,
  );
  return [
    "Usage: npm run --silent render:job -- [--env-file FILE] > job.yaml",
    "",
    "Prints the Cloud Run Job for `gcloud run jobs replace`. Variables come from the",
    "environment and, for those it does not have, from FILE (functions/.env.<project>).",
    "",
    ...lines,
    "",
  ].join("\n");
}

/** The text for standard output; throws an Error in the user's words. */
function main(args: string[], env: Record<string, string | undefined>): string {
  const { values } = parseArgs({
    args,
    options: { "env-file": { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return help();
  const file = values["env-file"];
  const fromFile = file === undefined ? {} : parseEnv(readFileSync(file, "utf8"));
  const template = readFileSync(new URL("job.yaml", import.meta.url), "utf8");
  return renderJob(template, { ...fromFile, ...env });
}

if (import.meta.main) {
  try {
    process.stdout.write(main(process.argv.slice(2), process.env));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
