/** Prints docs/configuration.md, made from the definitions that the code reads its environment by. */
import {
  accessSettings,
  botSettings,
  deadlineSettings,
  jobSettings,
  leaseSettings,
  linkSettings,
  managerSettings,
  meetingsSettings,
  namingSettings,
  projectSettings,
  type Setting,
  storageSettings,
} from "@meeting-bot/core";
import { ownSettings as functionsSettings, retiredSettings } from "../functions/src/config.ts";
import { LAUNCHERS } from "../functions/src/launchers/registry.ts";
import { ownSettings as containerSettings } from "../job-runner/src/config.ts";
import { federationSettings } from "../job-runner/src/platform/settings.ts";

interface Section {
  title: string;
  about: string;
  settings: Readonly<Record<string, Setting<unknown>>>;
  /** Further columns: their headings, and what each says about a setting, by its key. */
  columns?: Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>;
}

const INTRODUCTION = `# Configuration

Everything is configured with environment variables, in \`functions/.env.<project>\`: the functions are
deployed with that file, \`npm run render:job\` makes the Job from it, and \`npm run backfill\` reads it. An
empty variable counts as not set. Values that cannot work are refused, all of them at once, before the
functions are deployed and again when they start.

This page is made from the definitions in the code: \`npm run docs:configuration\`.
`;

const SECTIONS: readonly Section[] = [
  {
    title: "Where everything is",
    about:
      "For the functions and for the Job. Whatever the launcher, each launch tells the manager the project and the database.",
    settings: projectSettings,
  },
  {
    title: "Where recordings are kept",
    about: "Whatever the launcher, what is set of these travels with each launch.",
    settings: storageSettings,
  },
  {
    title: "Which documents are meetings",
    about: "They shape the functions' triggers: they count when the functions are deployed.",
    settings: meetingsSettings,
  },
  {
    title: "Where bots may be sent",
    about:
      "Whatever the launcher, it travels with each launch when it is set. It can only narrow what is known.",
    settings: linkSettings,
  },
  {
    title: "Who acts for an organisation",
    about: "The API and the Firestore rules go by these; the manager does not need them.",
    settings: accessSettings,
  },
  {
    title: "How documents spell it",
    about:
      "Whatever the launcher, what is set of these travels with each launch. Names and values that must be told apart may not be the same.",
    settings: namingSettings,
  },
  {
    title: "The functions",
    about: "Only the functions read these, whatever the launcher.",
    settings: functionsSettings,
  },
  ...Object.entries(LAUNCHERS).map(([launcher, { settings }]) => ({
    title: `The launcher ${launcher}`,
    about: `Only the functions read these, and only with \`LAUNCHER=${launcher}\`.`,
    settings: withoutShape(settings),
  })),
  {
    title: "Leases, attempts, history",
    about: "Whatever the launcher, what is set of these travels with each launch.",
    settings: leaseSettings,
  },
  {
    title: "The manager",
    about: "Whatever the launcher, what is set of these travels with each launch.",
    settings: managerSettings,
  },
  {
    title: "The bot",
    about:
      "Whatever the launcher, these travel with each launch to the bot's container, like `MAX_RECORDING_DURATION_MINUTES` and `GCP_DEFAULT_REGION`. The Job has them, too, for executions that are started by hand.",
    settings: botSettings,
  },
  {
    title: "How long a job may take",
    about:
      "Each launch carries its own time-out: what the longest meeting takes, and never more than `JOB_TIMEOUT_MINUTES`. The longest wait for a meeting, which is `MEETING_MAX_WAIT_MINUTES` or, if that is longer, `MAX_RECORDING_DURATION_MINUTES` + `LOBBY_WAIT_MINUTES`, and `PROCESSING_MINUTES` must together stay under `JOB_TIMEOUT_MINUTES`; a deployment with which they do not is refused.",
    settings: deadlineSettings,
  },
  {
    title: "The Job",
    about:
      "Where the launcher makes each Job itself, the functions read these with every launch. On Cloud Run no launch can change them: they take effect when the Job that `npm run render:job` prints is applied, and again after each change.",
    settings: jobSettings,
    columns: Object.fromEntries(
      Object.entries(LAUNCHERS).map(([launcher, { jobMeanings }]) => [launcher, jobMeanings]),
    ),
  },
  {
    title: "The manager's container",
    about:
      "The first two are set by each launch; the others, where their defaults are not right, by what describes the job to its platform.",
    settings: containerSettings,
  },
  {
    title: "The manager outside Google Cloud",
    about:
      "For a manager on AWS, which gets at Firestore by its task's role: see [aws.md](aws.md).",
    settings: federationSettings,
  },
];

process.stdout.write(renderPage());

/** What shapes a job has a section of its own. */
function withoutShape(settings: Section["settings"]): Section["settings"] {
  const shape = new Set(Object.values(jobSettings).map(({ name }) => name));
  return Object.fromEntries(Object.entries(settings).filter(([, { name }]) => !shape.has(name)));
}

function renderPage(): string {
  const retired = Object.entries(retiredSettings).map(([name, why]) => `- \`${name}\`: ${why}\n`);
  const sections = SECTIONS.map(renderSection);
  return [INTRODUCTION, ...sections, `## Without effect\n\n${retired.join("")}`].join("\n");
}

function renderSection({ title, about, settings, columns = {} }: Section): string {
  const header = ["variable", "default", "meaning", "allowed", ...Object.keys(columns)];
  const rows = Object.entries(settings).map(([key, setting]) => [
    `\`${setting.name}\``,
    renderDefault(setting),
    setting.description,
    setting.allowed,
    ...Object.values(columns).map((cells) => cells[key] ?? "means nothing"),
  ]);
  const lines = [header, header.map(() => "---"), ...rows].map(renderRow);
  return `## ${title}\n\n${about}\n\n${lines.join("")}`;
}

function renderRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
}

function renderDefault({ inherits = [], fallback }: Setting<unknown>): string {
  const inherited = inherits.map((name) => `\`$${name}\``);
  if (fallback === undefined) return [...inherited, "required"].join(", else ");
  return [...inherited, String(fallback) === "" ? "none" : `\`${fallback}\``].join(", else ");
}
