import { expect } from "chai";
import type { BotInstance } from "../../../src/bot-instance/bot-instance.ts";
import type { Decision } from "../../../src/bot-instance/transition.ts";
import { claim } from "../../../src/bot-instance/transitions/claim.ts";
import { complete } from "../../../src/bot-instance/transitions/complete.ts";
import { fail } from "../../../src/bot-instance/transitions/fail.ts";
import { launched } from "../../../src/bot-instance/transitions/launched.ts";
import { reclaim, type Verdict } from "../../../src/bot-instance/transitions/reclaim.ts";
import { report } from "../../../src/bot-instance/transitions/report.ts";
import { start } from "../../../src/bot-instance/transitions/start.ts";
import { failure } from "../../../src/errors.ts";
import { AT } from "../../support/instances.ts";
import {
  AFTER_A_RUNNER,
  BEFORE_A_RUNNER,
  OVER,
  STARTED,
  STATES,
  type State,
  UNSTARTED,
} from "../../support/states.ts";

const EXECUTION = { launcher: "local", name: "execution-2" };
const TRY_AGAIN = failure("BOT_CRASHED", "join", "It fell.");
const FINAL = failure("NOT_ADMITTED", "join", "Nobody let it in.");
const NO_CAPACITY = failure("LAUNCH_FAILED", "launch", "Full.");
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

const RECORDING = { ...each(STARTED, "processing/recording"), converting: "processing/converting" };
const REPORTED = { ...RECORDING, uploading: "processing/uploading" };
const UNWANTED = { "joining, unwanted": "cancelled" };
const LEASE_HOLDS = { "joining, lease holds": "no: not-due" };
const TAKEN_BACK = {
  ...each([...UNSTARTED, ...STARTED], "queued"),
  ...UNWANTED,
  ...LEASE_HOLDS,
  "joining, last attempt": "failed LEASE_EXPIRED",
};

interface Row {
  event: string;
  decide(instance: BotInstance): Decision;
  /** What comes of it in all states that `outcomes` does not name; most are superseded. */
  otherwise?: string;
  outcomes?: Outcomes;
}

const TABLE: Row[] = [
  {
    event: "a claim",
    decide: claimWith("new"),
    otherwise: "no: not-queued",
    outcomes: {
      "queued, due": "processing/claimed",
      "queued for later": "no: not-due",
      "queued, unwanted": "no: cancel-requested",
      "queued, link refused": "failed UNSUPPORTED_URL",
      "queued, meeting over": "failed MISSED",
      "queued again after a launch": "processing/claimed",
      "queued again after a runner": "processing/claimed",
    },
  },
  {
    event: "a claim that has been committed before",
    decide: claimWith("mine"),
    otherwise: "already mine",
    outcomes: {
      "queued, due": "processing/claimed",
      "queued for later": "no: not-due",
      "queued, unwanted": "no: cancel-requested",
      "queued, link refused": "failed UNSUPPORTED_URL",
      "queued, meeting over": "failed MISSED",
    },
  },
  {
    event: "a launch",
    decide: launchedWith("mine"),
    outcomes: {
      ...each(STARTED, "already mine"),
      claimed: "processing/launched",
      launched: "already mine",
      "joining, execution unknown": "processing/joining",
    },
  },
  { event: "a launch under an old claim", decide: launchedWith("old") },
  {
    event: "a start",
    decide: startAs("me", "mine"),
    outcomes: { ...each(UNSTARTED, "processing/joining"), ...each(STARTED, "already mine") },
  },
  {
    event: "another runner's start",
    decide: startAs("other", "mine"),
    outcomes: { ...each(UNSTARTED, "processing/joining"), ...each(STARTED, "no: already-started") },
  },
  { event: "a start under an old claim", decide: startAs("me", "old") },
  {
    event: "a report",
    decide: reportAs("me", "mine"),
    outcomes: REPORTED,
  },
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
      ...UNWANTED,
      "joining, last attempt": "failed BOT_CRASHED",
      ...each(AFTER_A_RUNNER, "already mine"),
    },
  },
  {
    event: "a failure for good",
    decide: failAs("me", "mine", FINAL),
    outcomes: {
      ...each(STARTED, "failed NOT_ADMITTED"),
      ...UNWANTED,
      ...each(AFTER_A_RUNNER, "already mine"),
    },
  },
  {
    event: "a failed launch",
    decide: failAs(undefined, "mine", NO_CAPACITY),
    outcomes: { ...each(UNSTARTED, "queued"), ...each(BEFORE_A_RUNNER, "already mine") },
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
      ...each([...UNSTARTED, ...STARTED], "no: silent"),
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
];

function outcomeOf(instance: BotInstance, decision: Decision): string {
  if (!decision.ok) return `no: ${decision.reason}`;
  if (Object.keys(decision.patch).length === 0) return "already mine";
  const { status, phase, error } = { ...instance, ...decision.patch };
  if (status === "processing") return `${status}/${phase}`;
  return status === "failed" ? `${status} ${error?.code}` : status;
}

describe("every transition in every state", () => {
  for (const { event, decide, otherwise = "no: superseded", outcomes = {} } of TABLE) {
    for (const [state, instance] of Object.entries(STATES)) {
      const expected = outcomes[state as State] ?? otherwise;
      it(`${event}, ${state}: ${expected}`, () => {
        expect(outcomeOf(instance, decide(instance))).to.equal(expected);
      });
    }
  }

  for (const { event, decide } of TABLE) {
    it(`${event} means the same when its body runs again after its own commit`, () => {
      for (const instance of Object.values(STATES)) {
        const first = decide(instance);
        if (!first.ok || event.endsWith("report")) continue;
        const again = decide({ ...instance, ...first.patch });
        expect(again).to.deep.equal({ ok: true, patch: {} });
      }
    });
  }

  it("leaves nothing for the sweep once an instance has ended", () => {
    for (const { decide } of TABLE) {
      for (const instance of Object.values(STATES)) {
        const decision = decide(instance);
        const after = { ...instance, ...(decision.ok && decision.patch) };
        if (!["done", "failed", "cancelled"].includes(after.status)) continue;
        expect(after).to.include(OVER);
      }
    }
  });

  it("always leaves an instance that goes on to the sweep", () => {
    for (const { decide } of TABLE) {
      for (const instance of Object.values(STATES)) {
        const decision = decide(instance);
        const after = { ...instance, ...(decision.ok && decision.patch) };
        if (["done", "failed", "cancelled"].includes(after.status)) continue;
        expect(after.wakeAt).to.be.a("number");
      }
    }
  });
});
