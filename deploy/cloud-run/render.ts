import { readFileSync } from "node:fs";
import { parseArgs, parseEnv } from "node:util";
import {
  botSettings,
  type Environment,
  examineSettings,
  jobSettings,
  leaseSettings,
  managerSettings,
  projectSettings,
  type Setting,
} from "@meeting-bot/core";
import { cloudRunSettings } from "../../functions/src/launchers/cloud-run/settings.ts";

/** The settings that the placeholders of `job.yaml` may name, by their names. */
export const VARIABLES: Readonly<Record<string, Setting<unknown>>> = Object.fromEntries(
  [
    ...Object.values({ ...projectSettings, ...jobSettings, ...botSettings }),
    cloudRunSettings.job,
    leaseSettings.maxRecordingMinutes,
    managerSettings.logLevel,
  ].map((setting) => [setting.name, setting]),
);

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
 * Throws a RenderError that names everything that is missing, wrong or unknown.
 */
export function renderJob(template: string, environment: Environment): string {
  const names = new Set([...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name));
  const settings = Object.entries(VARIABLES).filter(([name]) => names.has(name));
  const { values, problems } = examineSettings(Object.fromEntries(settings), environment);
  const unknown = [...names].filter((name) => !VARIABLES[name]);
  problems.push(...unknown.map((name) => `\${${name}} is not known here.`));
  if (problems.length > 0) throw new RenderError(problems);
  const account = completeAccount(values);
  return template.replace(PLACEHOLDER, (_, name: string) =>
    JSON.stringify(String({ ...values, ...account }[name])),
  );
}

/** In upper case: the `${…}` of the template's prose is not one. */
const PLACEHOLDER = /\$\{([A-Z][A-Z0-9_]*)\}/g;

/** A service account's name without @ is one of the project. */
function completeAccount(values: Record<string, unknown>): Record<string, string> {
  const { name } = jobSettings.serviceAccount;
  const account = String(values[name]);
  const project = values[projectSettings.projectId.name];
  return account.includes("@") ? {} : { [name]: `${account}@${project}.iam.gserviceaccount.com` };
}

function help(): string {
  const width = Math.max(...Object.keys(VARIABLES).map((name) => name.length));
  const lines = Object.values(VARIABLES).map(({ name, description, fallback }) => {
    const value = fallback === undefined ? "required" : `default ${fallback}`;
    return `  ${name.padEnd(width)}  ${description} (${value})`;
  });
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
