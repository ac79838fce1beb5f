import { Firestore } from "@google-cloud/firestore";
import { type Config, readConfig } from "../functions/src/config.ts";
import { readFunctionsEnvironment } from "./functions-environment.ts";

/** A command of `npm run`. */
export interface Command {
  /** What `--help` prints. */
  help: string;
  /**
   * Reads the command line and gives the work that it asks for; nothing when it asks for help. Throws
   * an error in the user's words when it was called in a wrong way.
   */
  prepare(args: string[]): Work | undefined;
}

/** Does what was asked for. Rejects, in the user's words, when it could not be done. */
export type Work = () => Promise<void>;

/** Runs a command; the exit code: 0 done; 1 it could not be done; 2 it was called in a wrong way. */
export async function runCommand({ help, prepare }: Command): Promise<number> {
  let work: Work | undefined;
  try {
    work = prepare(process.argv.slice(2));
  } catch (error) {
    return complain(error, 2);
  }
  try {
    if (work) await work();
    else process.stdout.write(help);
    return 0;
  } catch (error) {
    return complain(error, 1);
  }
}

/** The configuration of the functions of a project, as `--project` names it. */
export function readProjectConfig(project: string | undefined): Config {
  if (!project) throw new Error("--project is missing; --help explains.");
  return readConfig(readFunctionsEnvironment(process.cwd(), project));
}

/** Gives work the database that the functions use, and closes it behind it. */
export async function withDatabase(
  { projectId, database: databaseId }: Config,
  work: (firestore: Firestore) => Promise<void>,
): Promise<void> {
  const firestore = new Firestore({ projectId, databaseId });
  try {
    await work(firestore);
  } finally {
    await firestore.terminate();
  }
}

/** What went wrong, for a line of its own. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function complain(error: unknown, code: number): number {
  process.stderr.write(`${messageOf(error)}\n`);
  return code;
}
