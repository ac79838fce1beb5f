import type { Failure, Phase } from "@meeting-bot/core";
import type { LeaseLoss } from "./lease-keeper.ts";

/** How much a line matters; Cloud Logging reads it from the field `severity`. */
export type Severity = "DEBUG" | "INFO" | "WARNING" | "ERROR";

const SEVERITIES: readonly Severity[] = ["DEBUG", "INFO", "WARNING", "ERROR"];

/** What a line may tell. A token, a meeting's link or a header is never among it. */
interface Fields {
  phase?: Phase;
  reason?: string;
  code?: string;
  seconds?: number;
  bytes?: number;
  uri?: string;
  partial?: boolean;
}

/** Everything that the manager logs: one function for each event. */
export type Logs = ReturnType<typeof makeLogs>;

/** The logs of one manager: a JSON object on each line, with the instance's id first. */
export function makeLogs(
  botInstanceId: string,
  level: Severity,
  write: (line: string) => void = (line) => process.stdout.write(line),
) {
  const log = (severity: Severity, message: string, fields: Fields = {}) => {
    if (SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(level)) return;
    const entry = { severity, message, botInstanceId, ...fields };
    write(`${JSON.stringify(entry, withoutSecrets)}\n`);
  };
  return {
    superseded: (reason: string) => log("INFO", "somebody else has the instance", { reason }),
    phaseEntered: (phase: Phase) => log("INFO", "phase entered", { phase }),
    heartbeatMissed: (error: unknown) =>
      log("WARNING", "heartbeat not delivered", { reason: String(error) }),
    meetingsNotTold: (error: unknown) =>
      log("WARNING", "meetings not told yet", { reason: String(error) }),
    outcomeNotWritten: (error: unknown) =>
      log("WARNING", "outcome not written yet", { reason: String(error) }),
    leaseLost: (reason: LeaseLoss) => log("ERROR", "lease lost", { reason }),
    callbackIgnored: (reason: string) => log("WARNING", "callback of the bot ignored", { reason }),
    fetchBegun: (uri: string, bytes: number) =>
      log("INFO", "recording to be fetched", { uri, bytes }),
    recordingEnded: (seconds: number, partial: boolean) =>
      log("INFO", "recording ended", { seconds, partial }),
    outputFailed: ({ code, message }: { code: string; message: string }) =>
      log("ERROR", "output failed", { code, reason: message }),
    liveConversionGivenUp: (reason: string, seconds: number) =>
      log("WARNING", "live conversion given up; the recording is converted now", {
        reason,
        seconds,
      }),
    partsRefused: (error: Error) =>
      log("ERROR", "no part can be stored; it is tried again", { reason: error.message }),
    partsStopped: (error: Error) =>
      log("ERROR", "not all of the recording is stored in parts", { reason: error.message }),
    verdictNotNoted: (error: unknown) =>
      log("WARNING", "how the meeting ended could not be noted", { reason: String(error) }),
    recordingNotSeen: (error: unknown) =>
      log("WARNING", "the recording could not be looked at", { reason: String(error) }),
    partsDelayed: (error: unknown) =>
      log("WARNING", "no part can be stored yet", { reason: String(error) }),
    partsNotFlushed: (error: unknown) =>
      log("ERROR", "the last part could not be stored in time", { reason: String(error) }),
    partLeft: (error: unknown) =>
      log("WARNING", "a part is left to the bucket's lifecycle", { reason: String(error) }),
    diskRunsLow: (reason: "scarce" | "full", bytes: number) =>
      log("ERROR", "the scratch disk runs low", { reason, bytes }),
    outputStored: (uri: string, bytes: number) => log("INFO", "output stored", { uri, bytes }),
    attemptFailed: ({ code, message }: Failure) =>
      log("ERROR", "attempt failed", { code, reason: message }),
    fileLeft: (error: unknown) =>
      log("WARNING", "a file of the bot is left behind", { reason: String(error) }),
    workDirLeft: (error: unknown) =>
      log("WARNING", "the folder of the outputs is left behind", { reason: String(error) }),
    botNotStopped: (error: unknown) =>
      log("ERROR", "the bot could not be told to stop", { reason: String(error) }),
    crashed: (error: unknown) =>
      log("ERROR", "the manager failed", {
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  };
}

const QUERY = /(https?:\/\/[^\s?#"]*)[?#][^\s"]*/g;
/** A word with an @ in it; service accounts are nobody's, and have to be told. */
const ADDRESS = /[^\s/"<>@]+@(?![^\s/"<>]*gserviceaccount\.com)[^\s/"<>]+/g;

/**
 * Others' words may repeat the meeting's link, whose query holds the password; an object's name may
 * have the address of who made the meeting.
 */
function withoutSecrets(_key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  return value.replaceAll(QUERY, "$1").replaceAll(ADDRESS, "…");
}
