import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { DEFAULT_LEASE_RULES as RULES } from "../../src/bot-instance/lease.ts";
import type { Surroundings } from "../../src/bot-instance/transition.ts";
import type { Naming } from "../../src/settings/naming.ts";
import { HOUR, MINUTE, SECOND } from "../../src/time.ts";

/** When everything in these tests happens. */
export const NOW = Date.UTC(2030, 0, 31, 9);
export const AT: Surroundings = { now: NOW, rules: RULES };
export { RULES };

export const LINK = "https://meet.google.com/abc-defg-hij";

/** The naming of a fresh deployment. */
export const NAMING: Naming = {
  meeting: {
    statusField: "status",
    statusValues: ["scheduled"],
    cancelValues: ["cancelled", "canceled"],
    instanceField: "bot_instance_id",
  },
  instanceStatusField: "status",
  instanceStatus: {
    queued: "queued",
    processing: "processing",
    done: "done",
    failed: "failed",
    cancelled: "cancelled",
  },
};

/** An instance that waits for its first claim and is due. */
export function queued(fields: Partial<BotInstance> = {}): BotInstance {
  return {
    id: "instance",
    status: "queued",
    meetingUrl: LINK,
    phaseAt: {},
    wakeAt: NOW,
    meetingPath: "meetings/one",
    wantedLinks: 1,
    attempt: 0,
    maxAttempts: 3,
    launchFailures: 0,
    createdAt: NOW - MINUTE,
    updatedAt: NOW - MINUTE,
    endAt: NOW + HOUR,
    ...fields,
  };
}

/** An instance that was claimed with the token `mine` and whose lease has run out. */
export function claimed(fields: Partial<BotInstance> = {}): BotInstance {
  return queued({
    status: "processing",
    phase: "claimed",
    phaseAt: { claimed: NOW - HOUR },
    attempt: 1,
    claimToken: "mine",
    claimedBy: "controller",
    claimedAt: NOW - HOUR,
    claimExpiresAt: NOW - SECOND,
    wakeAt: NOW - SECOND,
    ...fields,
  });
}

/** An instance that the runner `me` has started and that has been silent since before its lease ran out. */
export function started(fields: Partial<BotInstance> = {}): BotInstance {
  return claimed({
    phase: "joining",
    runnerId: "me",
    heartbeatAt: NOW - HOUR,
    execution: { launcher: "local", name: "execution-1" },
    ...fields,
  });
}
