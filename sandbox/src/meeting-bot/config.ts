import { readScenarioNames, type ScenarioName } from "./scenarios.ts";

/** The two images of the bot that exist; they differ in `POST /shutdown` and in the lobby's wait. */
export type Flavour = "fork" | "upstream";

/** The variables that a simulator process reads; an empty one counts as unset. */
export type Environment = Partial<
  Record<
    | "PORT"
    | "AUTH_BASE_URL_V2"
    | "TEMPVIDEO_DIR"
    | "UPLOADER_FILE_EXTENSION"
    | "JOIN_WAIT_TIME_MINUTES"
    | "MAX_RECORDING_DURATION_MINUTES"
    | "SIM_FLAVOUR"
    | "SIM_SCENARIO"
    | "SIM_SPEED"
    | "SIM_SECONDS"
    | "SIM_ROOM_REGISTER",
    string
  >
>;

/** What one simulator process is told by its environment. */
export interface SimulatorConfig {
  /** 0 takes a free port. */
  port: number;
  /** Where the status and log callbacks go, without a slash at the end. */
  callbackBaseUrl: string;
  recordingsRoot: string;
  /** With its dot. */
  fileExtension: string;
  lobbyWaitMinutes: number;
  maxRecordingMinutes: number;
  flavour: Flavour;
  /** Scenarios of the whole process, for faults that come before a join names its own. */
  scenarios: ScenarioName[];
  /** How many times faster than real time meetings pass. */
  speed: number;
  /** The length of a meeting whose URL names none. */
  meetingSeconds: number;
  /** The file in which all bots note which room they are in; absent where nobody asks. */
  roomRegister?: string;
}

/** A usable configuration, or every problem found, each with the variable's name. */
export type ConfigReading =
  | { ok: true; config: SimulatorConfig }
  | { ok: false; problems: string[] };

/** Reads the variables that the bot's container knows, and the simulator's own `SIM_…`. */
export function readConfig(env: Environment): ConfigReading {
  const problems: string[] = [];
  const flavour = readFlavour(env, problems);
  const config: SimulatorConfig = {
    port: readPort(env, problems),
    callbackBaseUrl: readBaseUrl(env, problems),
    recordingsRoot: env.TEMPVIDEO_DIR || "/usr/src/app/dist/_tempvideo",
    fileExtension: env.UPLOADER_FILE_EXTENSION || ".webm",
    lobbyWaitMinutes: readPositive(env, "JOIN_WAIT_TIME_MINUTES", lobbyMinutes[flavour], problems),
    maxRecordingMinutes: readPositive(env, "MAX_RECORDING_DURATION_MINUTES", 180, problems),
    flavour,
    scenarios: readScenarios(env, problems),
    speed: readPositive(env, "SIM_SPEED", 1, problems),
    meetingSeconds: readPositive(env, "SIM_SECONDS", 20, problems),
    ...(env.SIM_ROOM_REGISTER && { roomRegister: env.SIM_ROOM_REGISTER }),
  };
  return problems.length === 0 ? { ok: true, config } : { ok: false, problems };
}

/** How long each image waits in a lobby by default. */
const lobbyMinutes: Record<Flavour, number> = { fork: 25, upstream: 10 };

function readFlavour(env: Environment, problems: string[]): Flavour {
  const value = env.SIM_FLAVOUR || "fork";
  if (value === "fork" || value === "upstream") return value;
  problems.push(`SIM_FLAVOUR is "${value}"; it must be fork or upstream`);
  return "fork";
}

function readPort(env: Environment, problems: string[]): number {
  const value = Number(env.PORT || "3000");
  if (Number.isInteger(value) && value >= 0 && value <= 65535) return value;
  problems.push(`PORT is "${env.PORT}"; it must be a whole number from 0 to 65535`);
  return 0;
}

function readBaseUrl(env: Environment, problems: string[]): string {
  const value = env.AUTH_BASE_URL_V2 || "http://localhost:8081/v2";
  if (URL.canParse(value) && new URL(value).protocol === "http:") return value.replace(/\/+$/, "");
  problems.push("AUTH_BASE_URL_V2 must be an http:// URL");
  return "";
}

function readPositive(
  env: Environment,
  name: keyof Environment,
  fallback: number,
  problems: string[],
): number {
  const value = Number(env[name] || fallback);
  if (Number.isFinite(value) && value > 0) return value;
  problems.push(`${name} is "${env[name]}"; it must be a number above 0`);
  return fallback;
}

function readScenarios(env: Environment, problems: string[]): ScenarioName[] {
  const reading = readScenarioNames(env.SIM_SCENARIO ?? "");
  if (reading.ok) return reading.names;
  problems.push(`SIM_SCENARIO: ${reading.reason}`);
  return [];
}
