import { recordingSettings } from "./recording.ts";
import { number, oneOf } from "./setting.ts";

/** Severities, the mildest first. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The variables that the manager works by. They are set once, beside the functions; each launch carries them. */
export const managerSettings = {
  heartbeatSeconds: number("HEARTBEAT_SECONDS", {
    description: "How often the manager gives a sign of life.",
    fallback: 30,
    min: 0.1,
    fraction: true,
  }),
  monitorIntervalSeconds: number("MONITOR_INTERVAL_SECONDS", {
    description: "How often the manager asks the bot whether it is busy.",
    fallback: 10,
    min: 0.1,
    fraction: true,
  }),
  botReadySeconds: number("BOT_READY_SECONDS", {
    description: "How long the bot's container may take until it is healthy.",
    fallback: 60,
    min: 1,
  }),
  maxWaitMinutes: number("MEETING_MAX_WAIT_MINUTES", {
    description:
      "How long the manager waits for a meeting to end; longer where the recording limit and the lobby's wait are longer together.",
    fallback: 240,
    min: 0.1,
    fraction: true,
  }),
  lobbyWaitMinutes: number("LOBBY_WAIT_MINUTES", {
    description: "How long the bot's image waits in a lobby; it is not told.",
    fallback: 25,
    min: 0,
    fraction: true,
  }),
  ...recordingSettings,
  expectedKilobitsPerSecond: number("EXPECTED_RECORDING_KBPS", {
    description:
      "The bit rate that a recording is expected to have: no bot is sent when the scratch disk cannot hold the meeting.",
    fallback: 1500,
    min: 1,
  }),
  logLevel: oneOf("LOG_LEVEL", LOG_LEVELS, {
    description: "The least severe messages that are logged, by the functions and the manager.",
    fallback: "INFO",
  }),
};
