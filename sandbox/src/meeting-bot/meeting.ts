import type { SimulatorConfig } from "./config.ts";
import type { Plan } from "./plan.ts";
import { composePlan, readScenarioNames, type ScenarioName } from "./scenarios.ts";

/** The meeting that a bot is sent to, as its URL's query describes it. */
export interface Meeting {
  scenarios: ScenarioName[];
  plan: Plan;
  /** The recorded length, in seconds of the recording. */
  seconds: number;
  /** When a scenario's accident happens, in seconds of the recording. */
  at: number;
  /** How many times faster than real time the meeting passes. */
  speed: number;
  /** The exit code of a crash; the real container's is always 0. */
  exitCode: number;
  /** The WebM file that is played instead of one that comes with the simulator. */
  recording?: string;
  /** The file that ends the meeting before its time, once it is there. */
  until?: string;
  /** How long the bot waits at the door until it is let in, in seconds at the meeting's speed. */
  lobbySeconds: number;
  /** How many of the bots that ask to join this room, the first ones, nobody lets in. */
  lobbyTimeouts: number;
  /** How much nothing is recorded after every two seconds: a large recording at no cost. */
  padMebibytes: number;
}

/** A meeting, or the reason why its URL describes none. */
export type MeetingReading = { ok: true; meeting: Meeting } | { ok: false; reason: string };

/** When an accident happens unless the URL says otherwise. */
const ACCIDENT_SECONDS = 10;

/**
 * Reads `sandbox=a,b`, `seconds=N`, `until=/path`, `at=N`, `speed=N`, `exit=N`, `recording=/path.webm`
 * `pad=N`, `lobby=N` and `lobbyTimeouts=N` from a meeting's URL. What the bot's own limit allows ends a meeting; an accident never comes after the meeting's end.
 */
export function readMeeting(url: string, config: SimulatorConfig): MeetingReading {
  if (!URL.canParse(url)) return { ok: false, reason: "url is not a URL" };
  const query = new URL(url).searchParams;
  const asked = readScenarioNames(query.get("sandbox") ?? "");
  if (!asked.ok) return asked;

  const seconds = number(query, "seconds", config.meetingSeconds);
  const at = number(query, "at", ACCIDENT_SECONDS);
  const speed = number(query, "speed", config.speed);
  const exitCode = number(query, "exit", 0);
  if (![seconds, at, speed].every((value) => Number.isFinite(value) && value > 0)) {
    return { ok: false, reason: "seconds, at and speed must be numbers above 0" };
  }
  if (!(Number.isInteger(exitCode) && exitCode >= 0 && exitCode <= 255)) {
    return { ok: false, reason: "exit must be a whole number from 0 to 255" };
  }
  const padMebibytes = number(query, "pad", 0);
  if (!(Number.isFinite(padMebibytes) && padMebibytes >= 0)) {
    return { ok: false, reason: "pad must be a number from 0" };
  }
  const lobby = readLobby(query, config);
  if (!lobby.ok) return lobby;
  const recording = query.get("recording");
  const until = query.get("until");
  const scenarios = [...config.scenarios, ...asked.names];
  const allowedSeconds = Math.min(seconds, config.maxRecordingMinutes * 60);
  return {
    ok: true,
    meeting: {
      scenarios,
      plan: composePlan(scenarios),
      seconds: allowedSeconds,
      at: Math.min(at, allowedSeconds),
      speed,
      exitCode,
      ...(recording && { recording }),
      ...(until && { until }),
      padMebibytes,
      lobbySeconds: lobby.lobbySeconds,
      lobbyTimeouts: lobby.lobbyTimeouts,
    },
  };
}

/** What happens at the door. Bots that came before are known by the register alone. */
function readLobby(
  query: URLSearchParams,
  { roomRegister }: SimulatorConfig,
):
  | ({ ok: true } & Pick<Meeting, "lobbySeconds" | "lobbyTimeouts">)
  | { ok: false; reason: string } {
  const lobbySeconds = number(query, "lobby", 0);
  const lobbyTimeouts = number(query, "lobbyTimeouts", 0);
  if (!(lobbySeconds >= 0 && Number.isInteger(lobbyTimeouts) && lobbyTimeouts >= 0)) {
    return { ok: false, reason: "lobby and lobbyTimeouts must be numbers from 0" };
  }
  if (lobbyTimeouts > 0 && !roomRegister) {
    return { ok: false, reason: "lobbyTimeouts wants SIM_ROOM_REGISTER" };
  }
  return { ok: true, lobbySeconds, lobbyTimeouts };
}

function number(query: URLSearchParams, name: string, fallback: number): number {
  return Number(query.get(name) ?? fallback);
}
