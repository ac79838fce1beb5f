import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import type { Decision } from "../../src/bot-instance/transition.ts";
import { cancel } from "../../src/bot-instance/transitions/cancel.ts";
import { claim } from "../../src/bot-instance/transitions/claim.ts";
import { complete } from "../../src/bot-instance/transitions/complete.ts";
import { fail } from "../../src/bot-instance/transitions/fail.ts";
import { launched } from "../../src/bot-instance/transitions/launched.ts";
import { reclaim, type Verdict } from "../../src/bot-instance/transitions/reclaim.ts";
import { report } from "../../src/bot-instance/transitions/report.ts";
import { start } from "../../src/bot-instance/transitions/start.ts";
import { failure, launchFailure } from "../../src/errors.ts";
import { AT } from "./instances.ts";
import {
  AFTER_A_RUNNER,
  BEFORE_A_RUNNER,
  QUEUED,
  STARTED,
  type State,
  UNSTARTED,
  UNWANTED,
} from "./states.ts";

const EXECUTION = { launcher: "local", name: "execution-2" };
const TRY_AGAIN = failure("BOT_CRASHED", "join", "It fell.");
const FINAL = failure("NOT_ADMITTED", "join", "Nobody let it in.");
const LEFT_OUTSIDE = failure("LOBBY_TIMEOUT", "join", "Nobody let it in.");
const NO_CAPACITY = launchFailure("Full.");
const NO_JOB = launchFailure("There is no job.", { needsOperator: true });
const OUTCOME = { outputs: [], partial: false };

const claimWith = (token: string) => (instance: BotInstance) =>
  claim(instance, { token, claimedBy: "test" }, AT);
const launchedWith = (token: string) => (instance: BotInstance) =>
  launched(instance, { token, execution: EXECUTION }, AT);
const startAs = (runnerId: string, token: string) => (instance: BotInstance) =>
  start(instance, { token, runnerId, execution: EXECUTION }, AT);
const reportAs = (runnerId: string, token: string) => (instance: BotInstance) =>
  report(instance, { token, runnerId, phase: "recording" }, AT);
const completeAs = (runnerId: string, token: string) => (instance: BotInstance) =>
  complete(instance, { token, runnerId, ...OUTCOME }, AT);
const failAs =
  (runnerId: string | undefined, token: string, failure = TRY_AGAIN) =>
  (instance: BotInstance) =>
    fail(instance, { token, ...(runnerId && { runnerId }), failure, random: 0.5 }, AT);
const reclaimWhen =
  (verdict: Verdict, token = "mine") =>
  (instance: BotInstance) =>
    reclaim(instance, { token, by: "sweep", verdict, random: 0.5 }, AT);

type Outcomes = Partial<Record<State, string>>;
const each = (states: readonly State[], outcome: string): Outcomes =>
  Object.fromEntries(states.map((state) => [state, outcome]));

const CLAIMED = {
  ...each(QUEUED, "processing/claimed"),
  "queued for later": "no: not-due",
  "queued, unwanted": "cancelled",
  "queued, link refused": "failed UNSUPPORTED_URL",
  "queued, meeting over": "failed MISSED",
  "queued, attempts used": "failed INVALID_MEETING",
};
const STARTING = {
  ...each(UNSTARTED, "processing/joining"),
  "claimed, unwanted": "cancelled",
  "launched, unwanted": "cancelled",
};
const REPORTED = {
  ...each(STARTED, "processing/recording"),
  converting: "processing/converting",
  uploading: "processing/uploading",
  "joining, unwanted": "processing/recording, to leave",
  "uploading, unwanted": "processing/uploading, to leave",
};
const LEFT = each(UNWANTED, "cancelled");
const LEASE_HOLDS = { "joining, lease holds": "no: not-due" };
const TAKEN_BACK = {
  ...each([...UNSTARTED, ...STARTED], "queued"),
  ...LEFT,
  ...LEASE_HOLDS,
  "joining, last attempt": "failed LEASE_EXPIRED",
};
const RUNNER_LEFT = { "joining, unwanted": "cancelled", "uploading, unwanted": "cancelled" };
const LAUNCH_LEFT = { "claimed, unwanted": "cancelled", "launched, unwanted": "cancelled" };
const LAUNCH_FAILED = {
  ...each(UNSTARTED, "queued"),
  ...LAUNCH_LEFT,
  ...each(BEFORE_A_RUNNER, "already mine"),
};

/** One event, and what comes of it in every state. */
export interface Row {
  event: string;
  decide(instance: BotInstance): Decision;
  /** What comes of it in all states that `outcomes` does not name; most are superseded. */
  otherwise?: string;
  outcomes?: Outcomes;
}

/** Every event of every actor. */
export const TABLE: Row[] = [
  { event: "a claim", decide: claimWith("new"), otherwise: "no: not-queued", outcomes: CLAIMED },
  {
    event: "a claim that has been committed before",
    decide: claimWith("mine"),
    otherwise: "already mine",
    outcomes: {
      ...CLAIMED,
      "queued again after a launch": "already mine",
      "queued again after a runner": "already mine",
    },
  },
  {
    event: "a launch",
    decide: launchedWith("mine"),
    outcomes: {
      ...each([...UNSTARTED, ...STARTED], "already mine"),
      claimed: "processing/launched",
      "claimed, unwanted": "processing/launched, to leave",
      "joining, execution unknown": "processing/joining",
    },
  },
  { event: "a launch under an old claim", decide: launchedWith("old") },
  {
    event: "a start",
    decide: startAs("me", "mine"),
    outcomes: { ...STARTING, ...each(STARTED, "already mine"), cancelled: "already mine" },
  },
  {
    event: "another runner's start",
    decide: startAs("other", "mine"),
    outcomes: { ...STARTING, ...each(STARTED, "no: already-started") },
  },
  { event: "a start under an old claim", decide: startAs("me", "old") },
  { event: "a report", decide: reportAs("me", "mine"), outcomes: REPORTED },
  { event: "another runner's report", decide: reportAs("other", "mine") },
  { event: "a report under an old claim", decide: reportAs("me", "old") },
  {
    event: "a completion",
    decide: completeAs("me", "mine"),
    outcomes: { ...each(STARTED, "done"), done: "already mine" },
  },
  { event: "another runner's completion", decide: completeAs("other", "mine") },
  { event: "a completion under an old claim", decide: completeAs("me", "old") },
  {
    event: "a failure that may pass",
    decide: failAs("me", "mine"),
    outcomes: {
      ...each(STARTED, "queued"),
      ...RUNNER_LEFT,
      "joining, last attempt": "failed BOT_CRASHED",
      ...each(AFTER_A_RUNNER, "already mine"),
    },
  },
  {
    event: "a failure for good",
    decide: failAs("me", "mine", FINAL),
    outcomes: {
      ...each(STARTED, "failed NOT_ADMITTED"),
      ...RUNNER_LEFT,
      ...each(AFTER_A_RUNNER, "already mine"),
    },
  },
  {
    event: "a time-out in the lobby",
    decide: failAs("me", "mine", LEFT_OUTSIDE),
    outcomes: {
      ...each(STARTED, "queued"),
      ...RUNNER_LEFT,
      ...each(AFTER_A_RUNNER, "already mine"),
    },
  },
  {
    event: "a failed launch",
    decide: failAs(undefined, "mine", NO_CAPACITY),
    outcomes: LAUNCH_FAILED,
  },
  {
    event: "a launch that an operator has to mend something for",
    decide: failAs(undefined, "mine", NO_JOB),
    outcomes: LAUNCH_FAILED,
  },
  { event: "another runner's failure", decide: failAs("other", "mine") },
  { event: "a failure under an old claim", decide: failAs("me", "old") },
  {
    event: "a sweep that finds the execution ended",
    decide: reclaimWhen({ state: "ended", reason: "out of memory" }),
    outcomes: TAKEN_BACK,
  },
  {
    event: "a sweep that finds no execution",
    decide: reclaimWhen({ state: "not-found" }),
    outcomes: TAKEN_BACK,
  },
  {
    event: "a sweep that finds the execution running",
    decide: reclaimWhen({ state: "running" }),
    outcomes: {
      ...each([...UNSTARTED, ...STARTED], "no: overdue"),
      ...LEASE_HOLDS,
      "joining, heard of lately": "no: still-running",
    },
  },
  {
    event: "a sweep that cannot ask",
    decide: reclaimWhen({ state: "unreachable", reason: "no route" }),
    outcomes: { ...each([...UNSTARTED, ...STARTED], "no: could-not-ask"), ...LEASE_HOLDS },
  },
  {
    event: "a sweep that asked about an old claim",
    decide: reclaimWhen({ state: "ended", reason: "gone" }, "old"),
  },
  {
    event: "a cancel",
    decide: (instance) => cancel(instance, AT),
    otherwise: "already mine",
    outcomes: {
      ...each(QUEUED, "cancelled"),
      ...each(STARTED, "processing/joining, to leave"),
      claimed: "processing/claimed, to leave",
      launched: "processing/launched, to leave",
      recording: "processing/recording, to leave",
      converting: "processing/converting, to leave",
      uploading: "processing/uploading, to leave",
      ...each(UNWANTED, "already mine"),
    },
  },
];
