import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { EARLY_MS } from "../../src/bot-instance/transitions/claim.ts";
import { SECOND } from "../../src/time.ts";
import { claimed, NOW, queued, started } from "./instances.ts";

/** What no instance has any more that has ended. */
export const OVER = { phase: undefined, wakeAt: undefined, claimExpiresAt: undefined };
const ended = (status: BotInstance["status"], from = started()) => ({ ...from, ...OVER, status });

const EXECUTION = { launcher: "local", name: "execution-1" };

/** Every state that an instance can be in. `mine` is the token of its claim, `me` the runner that started. */
export const STATES = {
  "queued, due": queued(),
  "queued for later": queued({ wakeAt: NOW + EARLY_MS + 1 }),
  "queued, unwanted": queued({ cancelRequestedAt: NOW }),
  "queued, link refused": queued({ meetingUrl: "https://example.com" }),
  "queued, meeting over": queued({ endAt: NOW - 1 }),
  "queued, attempts used": queued({ attempt: 3 }),
  "queued again after a launch": { ...claimed(), ...OVER, status: "queued", wakeAt: NOW },
  "queued again after a runner": { ...started(), ...OVER, status: "queued", wakeAt: NOW },
  claimed: claimed(),
  launched: claimed({ phase: "launched", execution: EXECUTION }),
  "claimed, unwanted": claimed({ cancelRequestedAt: NOW }),
  "launched, unwanted": claimed({
    phase: "launched",
    execution: EXECUTION,
    cancelRequestedAt: NOW,
  }),
  "joining, execution unknown": started({ execution: undefined }),
  joining: started(),
  recording: started({ phase: "recording" }),
  converting: started({ phase: "converting" }),
  uploading: started({ phase: "uploading" }),
  "joining, unwanted": started({ cancelRequestedAt: NOW }),
  "uploading, unwanted": started({ phase: "uploading", cancelRequestedAt: NOW - 1 }),
  "joining, last attempt": started({ attempt: 3 }),
  "joining, heard of lately": started({ heartbeatAt: NOW - 299 * SECOND }),
  "joining, lease holds": started({ wakeAt: NOW + 1 }),
  done: ended("done"),
  failed: ended("failed"),
  "failed before a runner": ended("failed", claimed()),
  cancelled: ended("cancelled"),
} as const satisfies Record<string, BotInstance>;
/** The name of a state. */
export type State = keyof typeof STATES;

/** The states in which somebody holds a claim and no runner has started. */
export const UNSTARTED = [
  "claimed",
  "launched",
  "claimed, unwanted",
  "launched, unwanted",
] as const;
/** The states in which the runner `me` is at work, or was when it was last heard of. */
export const STARTED = [
  "joining, execution unknown",
  "joining",
  "recording",
  "converting",
  "uploading",
  "joining, unwanted",
  "uploading, unwanted",
  "joining, last attempt",
  "joining, heard of lately",
  "joining, lease holds",
] as const;
/** The states in which somebody holds a claim although nobody wants the bot any more. */
export const UNWANTED = [
  "claimed, unwanted",
  "launched, unwanted",
  "joining, unwanted",
  "uploading, unwanted",
] as const;
/** The states in which a claim may be made, were it due. */
export const QUEUED = [
  "queued, due",
  "queued for later",
  "queued, unwanted",
  "queued, link refused",
  "queued, meeting over",
  "queued, attempts used",
  "queued again after a launch",
  "queued again after a runner",
] as const;
/** The states that a runner's failure can have led to. */
export const AFTER_A_RUNNER = ["queued again after a runner", "failed", "cancelled"] as const;
/** The states that a failure before any start can have led to. */
export const BEFORE_A_RUNNER = ["queued again after a launch", "failed before a runner"] as const;
