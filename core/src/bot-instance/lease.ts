import { KNOWN_HOSTS } from "../meeting/meeting-hosts.ts";
import type { LinkRules } from "../meeting/meeting-url.ts";
import type { Instant } from "../time.ts";
import { MINUTE, SECOND } from "../time.ts";
import { type BotInstance, hasStored } from "./bot-instance.ts";
import type { Patch } from "./transition.ts";

/**
 * How long a claim lasts without news, how often it may fail, and where bots may be sent.
 *
 *     claim          launched                start       heartbeat  heartbeat
 *       |-- launchLease --|                    |             |          |
 *                         |---- startLease ----|             |
 *                                              |-- heartbeatLease --| renewed by each heartbeat
 */
export interface LeaseRules extends LinkRules {
  launchLeaseSeconds: number;
  startLeaseSeconds: number;
  heartbeatLeaseSeconds: number;
  /** After so much silence an execution that the platform still calls running is told to end. */
  heartbeatLostSeconds: number;
  maxAttempts: number;
  retryBaseSeconds: number;
  retryMaxSeconds: number;
  /** How often a bot that nobody let in is sent again. */
  maxLobbyTimeouts: number;
  /** How long after its start, or after the request, a bot is first sent to a meeting without an end. */
  firstJoinMinutes: number;
  /** How long after its start a bot goes back to a meeting without an end. */
  maxRecordingMinutes: number;
  /** So long after its claim an execution is told to end, whatever it does. */
  jobTimeoutMinutes: number;
  /** How long the history of an instance is kept. */
  historyDays: number;
  /** How long before a meeting's start its bot is sent. */
  joinLeadSeconds: number;
  /** The files that a recording becomes, where its meeting does not say. */
  recordingFormats: readonly string[];
}

/** The rules of a fresh deployment; each is an environment variable. */
export const DEFAULT_LEASE_RULES: LeaseRules = {
  launchLeaseSeconds: 60,
  startLeaseSeconds: 600,
  heartbeatLeaseSeconds: 120,
  heartbeatLostSeconds: 300,
  maxAttempts: 3,
  retryBaseSeconds: 15,
  retryMaxSeconds: 600,
  maxLobbyTimeouts: 6,
  firstJoinMinutes: 60,
  maxRecordingMinutes: 600,
  jobTimeoutMinutes: 720,
  historyDays: 90,
  joinLeadSeconds: 120,
  recordingFormats: ["video.mp4", "audio.m4a"],
  allowedMeetingHosts: KNOWN_HOSTS,
};

/** A lease that ends `seconds` from now, which is also when the sweep must look. */
export function leaseUntil(now: Instant, seconds: number): Patch {
  const claimExpiresAt = now + seconds * SECOND;
  return { claimExpiresAt, wakeAt: claimExpiresAt };
}

/**
 * How long to wait before try number `failures` + 1: doubling from the base to the maximum, then
 * spread by half to either side so that a crowd that failed together does not return together.
 * `random` is in [0, 1); the result is in milliseconds.
 */
export function backOffMs(failures: number, random: number, rules: LeaseRules): number {
  const doubled = rules.retryBaseSeconds * 2 ** Math.max(0, failures - 1);
  return Math.round(Math.min(rules.retryMaxSeconds, doubled) * SECOND * (0.5 + random));
}

/** For so long what an operator has to mend is tried again every minute. */
const MENDING_MS = 15 * MINUTE;

/**
 * How long to wait before a launch is tried again that an operator has to mend something for, and that
 * has been failing for `failingMs`: what is mended at once records at once. Spread by a tenth to either side.
 */
export function mendingPauseMs(failingMs: number, random: number): number {
  const pause = failingMs < MENDING_MS ? MINUTE : 10 * MINUTE;
  return Math.round(pause * (0.9 + 0.2 * random));
}

/** What tells how long bots may be sent to a meeting. */
export type JoinableFields = Partial<
  Pick<
    BotInstance,
    | "source"
    | "startAt"
    | "endAt"
    | "succeededBy"
    | "progress"
    | "recordedAt"
    | "heartbeatAt"
    | "updatedAt"
  >
> &
  Pick<BotInstance, "createdAt">;

/** The last instant at which a bot is sent to a meeting of which nothing is recorded yet. */
export function firstJoinUntil(
  { startAt, endAt, createdAt }: JoinableFields,
  { firstJoinMinutes }: Pick<LeaseRules, "firstJoinMinutes">,
): Instant {
  return endAt ?? (startAt ?? createdAt) + firstJoinMinutes * MINUTE;
}

/** A bot goes back only to a meeting that was being recorded so lately, and for so long after its end. */
const REJOIN_MS = 15 * MINUTE;

/** The last instant at which a bot goes back to a meeting of which something is recorded. */
export function rejoinUntil(
  { startAt, endAt, createdAt, recordedAt, heartbeatAt, updatedAt }: JoinableFields,
  { maxRecordingMinutes }: Pick<LeaseRules, "maxRecordingMinutes">,
): Instant {
  const lastRecordedAt = recordedAt ?? heartbeatAt ?? updatedAt ?? createdAt;
  const limit =
    endAt === undefined ? (startAt ?? createdAt) + maxRecordingMinutes * MINUTE : endAt + REJOIN_MS;
  return Math.min(lastRecordedAt + REJOIN_MS, limit);
}

/** The last instant at which a bot is sent at all; never comes where none is, has been where another meeting has begun. */
export function joinableUntil(
  instance: JoinableFields,
  rules: Pick<LeaseRules, "firstJoinMinutes" | "maxRecordingMinutes">,
): Instant {
  if (instance.source !== undefined) return Number.POSITIVE_INFINITY;
  if (instance.succeededBy !== undefined) return Number.NEGATIVE_INFINITY;
  return hasStored(instance) ? rejoinUntil(instance, rules) : firstJoinUntil(instance, rules);
}
