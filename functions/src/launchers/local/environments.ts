import { join } from "node:path";
import type { Environment } from "@meeting-bot/core";
import { BOT_CONSTANTS } from "../bot-constants.ts";
import type { Order, ProgramName } from "./order.ts";

/** Where an execution is on this machine, which gives it no network and no disk of its own. */
export interface Place {
  /** The disk that both programs share. */
  scratch: string;
  /** The folder that a program starts in. */
  folders: Readonly<Record<ProgramName, string>>;
  botPort: number;
  callbackPort: number;
}

/** What any program needs to be found, and to find what is the user's. */
const ALWAYS = ["PATH", "HOME"];

/** Without these a manager beside emulators would talk to the cloud; none is a secret, the last is a path. */
const SERVICES = [
  "FIRESTORE_EMULATOR_HOST",
  "STORAGE_EMULATOR_HOST",
  "GOOGLE_APPLICATION_CREDENTIALS",
];

/** The place of an execution whose folder and ports these are. */
export function placeIn(folder: string, ports: Pick<Place, "botPort" | "callbackPort">): Place {
  const folders = { bot: join(folder, "bot"), manager: join(folder, "manager") };
  return { scratch: join(folder, "scratch"), folders, ...ports };
}

/**
 * The whole environment of each program: what is handed on of `inherited`, what the launch gives it,
 * and, above both, where it is.
 */
export function environmentsOf(
  { name, programs, handedOn }: Pick<Order, "name" | "programs" | "handedOn">,
  { scratch, folders, botPort, callbackPort }: Place,
  inherited: Environment,
): Record<ProgramName, Record<string, string>> {
  return {
    bot: {
      ...pick(inherited, ALWAYS),
      ...BOT_CONSTANTS,
      NODE_ENV: "development",
      ...programs.bot.environment,
      PORT: String(botPort),
      AUTH_BASE_URL_V2: `http://localhost:${callbackPort}/v2`,
      TEMPVIDEO_DIR: scratch,
      STOP_FILE: join(scratch, ".stop"),
      // Not shared: two bots would find each other's sound server there.
      XDG_RUNTIME_DIR: folders.bot,
      [MARKER]: markOf(name, "bot"),
    },
    manager: {
      ...pick(inherited, [...ALWAYS, ...SERVICES, ...handedOn]),
      ...programs.manager.environment,
      EXECUTION_LAUNCHER: "local",
      EXECUTION_NAME: name,
      SCRATCH_DIR: scratch,
      MEETING_BOT_API_URL: `http://localhost:${botPort}`,
      BOT_CALLBACK_PORT: String(callbackPort),
      [MARKER]: markOf(name, "manager"),
    },
  };
}

/** What tells an execution's processes from all others. */
const MARKER = "LOCAL_EXECUTION";

function markOf(name: string, program: ProgramName): string {
  return `${name}/${program}`;
}

/** The entry that is in the environment of a program, and of whatever it starts. */
export function markerOf(name: string, program: ProgramName): string {
  return `${MARKER}=${markOf(name, program)}`;
}

function pick(environment: Environment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
