import { DEFAULT_LEASE_RULES as DEFAULTS } from "../bot-instance/lease.ts";
import { number } from "./setting.ts";

/** The variables behind `LeaseRules`, under the same keys; `linkSettings` has the one about links. */
export const leaseSettings = {
  launchLeaseSeconds: number("LAUNCH_LEASE_SECONDS", {
    description: "How long a claim lasts until the platform has accepted the launch.",
    fallback: DEFAULTS.launchLeaseSeconds,
    min: 1,
  }),
  startLeaseSeconds: number("CLAIM_TTL_SECONDS", {
    description: "How long a launched job may take until it starts its work; covers a cold start.",
    fallback: DEFAULTS.startLeaseSeconds,
    min: 1,
  }),
  heartbeatLeaseSeconds: number("HEARTBEAT_LEASE_SECONDS", {
    description:
      "How long a job that is at work may be silent before the sweep asks the platform about it.",
    fallback: DEFAULTS.heartbeatLeaseSeconds,
    min: 1,
  }),
  heartbeatLostSeconds: number("HEARTBEAT_LOST_SECONDS", {
    description:
      "How long it may be silent although the platform says that it runs, before it is told to end.",
    fallback: DEFAULTS.heartbeatLostSeconds,
    min: 1,
  }),
  maxAttempts: number("MAX_ATTEMPTS", {
    description: "How often a bot is sent to a meeting at most.",
    fallback: DEFAULTS.maxAttempts,
    min: 1,
    max: 20,
  }),
  maxLobbyTimeouts: number("MAX_LOBBY_TIMEOUTS", {
    description:
      "How often a bot that nobody has let in is sent again; this counts as no attempt. 0 sends none again.",
    fallback: DEFAULTS.maxLobbyTimeouts,
    min: 0,
    max: 100,
  }),
  firstJoinMinutes: number("FIRST_JOIN_MINUTES", {
    description:
      "How long after its start, or after it was asked for, a bot is first sent to a meeting without an end.",
    fallback: DEFAULTS.firstJoinMinutes,
    min: 1,
    fraction: true,
  }),
  retryBaseSeconds: number("RETRY_BASE_SECONDS", {
    description: "The pause after the first failure; it doubles with each further one.",
    fallback: DEFAULTS.retryBaseSeconds,
    min: 0,
    fraction: true,
  }),
  retryMaxSeconds: number("RETRY_MAX_SECONDS", {
    description: "The longest pause between two attempts.",
    fallback: DEFAULTS.retryMaxSeconds,
    min: 0,
    fraction: true,
  }),
  maxRecordingMinutes: number("MAX_RECORDING_DURATION_MINUTES", {
    description:
      "How long a recording may become; also how long after its start a bot goes back to a meeting without an end.",
    fallback: DEFAULTS.maxRecordingMinutes,
    min: 0.1,
    fraction: true,
  }),
  jobTimeoutMinutes: number("JOB_TIMEOUT_MINUTES", {
    description: "The latest that a job is ended, whatever it does.",
    fallback: DEFAULTS.jobTimeoutMinutes,
    min: 1,
    // 168 hours, what Cloud Run gives a task at most.
    max: 10_080,
  }),
  joinLeadSeconds: number("MEETING_JOIN_LEAD_SECONDS", {
    description: "How long before a meeting's start its bot is sent.",
    fallback: DEFAULTS.joinLeadSeconds,
    min: 0,
  }),
  historyDays: number("HISTORY_DAYS", {
    description: "How long the history of a bot instance is kept.",
    fallback: DEFAULTS.historyDays,
    min: 1,
  }),
};
