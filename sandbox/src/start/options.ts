import { parseArgs } from "node:util";

/** How the sandbox is to be run. */
export interface StartOptions {
  sweepSeconds: number;
  /** Take whatever ports are free instead of the ones that are documented. */
  freePorts: boolean;
}

/** What the command line means. */
export type StartCommandLine =
  | { kind: "run"; options: StartOptions }
  | { kind: "help" | "mistake"; message: string };

const DEFAULT_SWEEP_SECONDS = 60;

const HELP = `Usage: npm start -- [options]

Runs the deployed code with emulators of everything that it talks to, until Ctrl-C.

Options
  --sweep-seconds N  how often the sweep runs (default ${DEFAULT_SWEEP_SECONDS}, as deployed)
  --free-ports       take free ports instead of Firestore 8080, functions 5001 and storage 9199
  --help             print this`;

/** Reads the command line. Never throws. */
export function readStartCommandLine(args: readonly string[]): StartCommandLine {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        "sweep-seconds": { type: "string", default: String(DEFAULT_SWEEP_SECONDS) },
        "free-ports": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { kind: "help", message: HELP };
    const sweepSeconds = Number(values["sweep-seconds"]);
    if (sweepSeconds >= 1 && sweepSeconds <= 3600) {
      return { kind: "run", options: { sweepSeconds, freePorts: values["free-ports"] } };
    }
    return mistake(`--sweep-seconds is "${values["sweep-seconds"]}", but must be from 1 to 3600.`);
  } catch (error) {
    return mistake(error instanceof Error ? error.message : String(error));
  }
}

function mistake(problem: string): StartCommandLine {
  return { kind: "mistake", message: `${problem}\nTry npm start -- --help` };
}
