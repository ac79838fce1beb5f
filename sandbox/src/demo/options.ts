import { parseArgs } from "node:util";
import { DEFAULT_LAUNCHER, type LauncherKind } from "../../../functions/src/launchers/registry.ts";
import { PLATFORMS } from "../platforms/registry.ts";
import { STORES, type StoreKind } from "../stores/registry.ts";

/** What the demo is asked to do. */
export interface DemoOptions {
  url: string;
  launcher: LauncherKind;
  storage: StoreKind;
  json: boolean;
  keep: boolean;
}

/** What the command line means; `message` goes to the user, and the exit code with it. */
export type CommandLine =
  | { kind: "run"; options: DemoOptions }
  | { kind: "help"; message: string }
  | { kind: "mistake"; message: string };

const DEFAULT_URL = "https://meet.google.com/abc-defg-hij?sandbox=h264";
const DEFAULT_SECONDS = 20;
const MAX_SECONDS = 6 * 60 * 60;
const LAUNCHERS = Object.keys(PLATFORMS) as LauncherKind[];
const STORAGES = Object.keys(STORES) as StoreKind[];
const DEFAULT_STORAGE = "gs";

const HELP = `Usage: npm run demo -- [options]

Writes one meeting to the local sandbox, follows its bot, and checks what is in the bucket afterwards.

Options
  --url URL      the meeting's link; ?sandbox=… chooses what the simulated bot meets with
                 (default ${DEFAULT_URL}; \`npm start\` lists the scenarios)
  --seconds N    how long the meeting lasts, from 1 to ${MAX_SECONDS} (default ${DEFAULT_SECONDS})
  --launcher L   what runs the bot: ${LAUNCHERS.join(", ")} (default ${DEFAULT_LAUNCHER})
  --storage S    where the recording goes: ${STORAGES.join(", ")} (default ${DEFAULT_STORAGE})
  --json         print one JSON object as the last line instead of the report
  --keep         leave the sandbox running afterwards, until Ctrl-C
  --help         print this

Exit codes
  0  both outputs are in the bucket, and were downloaded again and verified
  1  the recording failed, or its outputs are not as they should be
  2  the command line is wrong, or the sandbox did not start`;

/** Reads the command line. Never throws. */
export function readCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        url: { type: "string", default: DEFAULT_URL },
        seconds: { type: "string" },
        launcher: { type: "string", default: DEFAULT_LAUNCHER },
        storage: { type: "string", default: DEFAULT_STORAGE },
        json: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { kind: "help", message: HELP };
    return readOptions(values);
  } catch (error) {
    return mistake(error instanceof Error ? error.message : String(error));
  }
}

interface Values {
  url: string;
  seconds?: string;
  launcher: string;
  storage: string;
  json: boolean;
  keep: boolean;
}

function readOptions(values: Values): CommandLine {
  const { url, json, keep } = values;
  const seconds = Number(values.seconds ?? DEFAULT_SECONDS);
  if (!(seconds >= 1 && seconds <= MAX_SECONDS)) {
    return mistake(
      `--seconds is "${values.seconds}", but must be a number from 1 to ${MAX_SECONDS}.`,
    );
  }
  const launcher = LAUNCHERS.find((known) => known === values.launcher);
  if (!launcher) return unknown("--launcher", values.launcher, LAUNCHERS);
  const storage = STORAGES.find((known) => known === values.storage);
  if (!storage) return unknown("--storage", values.storage, STORAGES);
  const timed = withLength(url, seconds, values.seconds !== undefined);
  return { kind: "run", options: { url: timed, launcher, storage, json, keep } };
}

function unknown(option: string, value: string, known: readonly string[]): CommandLine {
  return mistake(`${option} is "${value}", but must be one of ${known.join(", ")}.`);
}

/** The simulated bot reads from the link how long its meeting lasts. A link that is none stays as it is. */
function withLength(url: string, seconds: number, override: boolean): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (override || !parsed.searchParams.has("seconds")) {
    parsed.searchParams.set("seconds", String(seconds));
  }
  return parsed.href;
}

function mistake(problem: string): CommandLine {
  return { kind: "mistake", message: `${problem}\nTry npm run demo -- --help` };
}
