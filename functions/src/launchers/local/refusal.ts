import { type Failure, launchFailure } from "@meeting-bot/core";
import type { ProgramName } from "./order.ts";
import type { PortRange } from "./ports.ts";
import { codeOf, messageOf } from "./system-error.ts";

/** The variables that say what to run. */
const COMMANDS: Readonly<Record<ProgramName, string>> = {
  bot: "LOCAL_BOT_COMMAND",
  manager: "LOCAL_MANAGER_COMMAND",
};

/** The system's words for a lack of processes, memory or open files, which passes. */
const CROWDED = ["EAGAIN", "ENOMEM", "EMFILE", "ENFILE"];

/** Those for a folder that only its owner can open; a missing or full disk may come back. */
const FORBIDDEN = ["EACCES", "EPERM", "EROFS"];

/** How much of a log is told, in characters: Node says what was wrong before it says where. */
const FIRST_WORDS = 500;

/** Why a program of an execution does not run, when starting it met `error`. */
export function explainNoProgram(name: ProgramName, program: string, error: unknown): Failure {
  const code = codeOf(error);
  const setting = COMMANDS[name];
  if (CROWDED.includes(code)) return noRoom(error);
  const what =
    code === "ENOENT"
      ? `There is no program "${program}": set ${setting} to one that is on the PATH, or name it by its absolute path.`
      : `The program "${program}" cannot be started: ${setting} must name one that may be executed.`;
  return refusal(what, true, messageOf(error));
}

/** Why an execution has no folder, when making or filling it met `error`. */
export function explainNoFolder(folder: string, error: unknown): Failure {
  const isForbidden = FORBIDDEN.includes(codeOf(error));
  const what = isForbidden
    ? `The functions may not write to ${folder}: set LOCAL_RUNS_DIR to a folder of their own.`
    : `The folder ${folder} cannot be written to: look at LOCAL_RUNS_DIR, and at the room that its disk has left.`;
  return refusal(what, isForbidden, messageOf(error));
}

/** That there are no ports for an execution. */
export function explainNoPort({ first, last }: PortRange): Failure {
  const platformReason = `no two free TCP ports were found from ${first} to ${last}`;
  return refusal("This machine has no free port at the moment.", false, platformReason);
}

/** Why there is no supervisor, when starting it met `error`. */
export function explainNoSupervisor(error: unknown): Failure {
  if (CROWDED.includes(codeOf(error))) return noRoom(error);
  return refusal("The supervisor of the execution could not be started.", false, messageOf(error));
}

/** What it means that a supervisor has ended by itself before it started anything; `log` is what it printed. */
export function explainBrokenSupervisor(script: string, log: string): Failure {
  const what = `The supervisor of the execution, ${script}, does not work: build the functions again, or mend LOCAL_SUPERVISOR.`;
  return refusal(what, true, log.trim().slice(0, FIRST_WORDS));
}

function noRoom(error: unknown): Failure {
  const what = "This machine has no room for another process at the moment.";
  return refusal(what, false, messageOf(error));
}

function refusal(message: string, needsOperator: boolean, platformReason: string): Failure {
  return launchFailure(message, { needsOperator, platformReason });
}
