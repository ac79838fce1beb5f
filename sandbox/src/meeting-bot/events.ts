import type { Provider } from "./join-request.ts";
import type { Meeting } from "./meeting.ts";

/** The simulator's log: one function per event, one JSON line per call. */
export type Events = ReturnType<typeof createEvents>;

/** Which bot an event is about. */
export interface BotIds {
  provider: Provider;
  botId?: string;
  eventId?: string;
}

/** Makes a log that hands every line, with its line feed, to `write`. */
export function createEvents(write: (line: string) => void) {
  const log = (severity: "INFO" | "WARNING" | "ERROR", message: string, fields: object) =>
    write(`${JSON.stringify({ severity, message, ...fields })}\n`);
  return {
    configurationRefused: (problems: string[]) =>
      log("ERROR", "configuration refused", { problems }),
    listening: (port: number) => log("INFO", "listening", { port }),
    joinAccepted: (bot: BotIds, { scenarios, seconds, at, speed }: Meeting) =>
      log("INFO", "join accepted", { ...bot, scenarios, seconds, at, speed }),
    joinRefused: (status: number, reason: string) =>
      log("WARNING", "join refused", { status, reason }),
    recordingStarted: (bot: BotIds, path: string | undefined) =>
      log("INFO", "recording started", { ...bot, path }),
    recordingEnded: (
      bot: BotIds,
      file: { path: string | undefined; bytes: number; mediaSeconds: number },
    ) => log("INFO", "recording ended", { ...bot, ...file }),
    callbackSent: (bot: BotIds, body: object) => log("INFO", "callback sent", { ...bot, ...body }),
    callbackFailed: (bot: BotIds, body: object, reason: string) =>
      log("WARNING", "callback failed", { ...bot, ...body, reason }),
    jobEnded: (bot: BotIds) => log("INFO", "job ended", bot),
    jobFailed: (bot: BotIds, error: unknown) =>
      log("ERROR", "job failed", { ...bot, error: String(error) }),
    stopping: () => log("INFO", "stopping when idle", {}),
    exiting: (code: number) => log("INFO", "exit", { code }),
  };
}
