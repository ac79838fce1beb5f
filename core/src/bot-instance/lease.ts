import { KNOWN_HOSTS } from "../meeting/meeting-hosts.ts";
import type { LinkRules } from "../meeting/meeting-url.ts";
import type { Instant } from "../time.ts";
import { MINUTE, SECOND } from "../time.ts";
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
  /** How long after its start a meeting without an end can still be on. */
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

/** The last instant at which sending a bot still makes sense; never comes where none is sent. */
export function meetingOverAt(
  meeting: { source?: unknown; startAt?: Instant; endAt?: Instant; createdAt: Instant },
  rules: LeaseRules,
): Instant {
  if (meeting.source !== undefined) return Number.POSITIVE_INFINITY;
  return (
    meeting.endAt ?? (meeting.startAt ?? meeting.createdAt) + rules.maxRecordingMinutes * MINUTE
  );
}

/** Until when a bot may be sent to a meeting. */
export const joinableUntil = meetingOverAt;
