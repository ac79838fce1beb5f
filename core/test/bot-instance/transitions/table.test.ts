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
import { SECOND } from "../../../src/time.ts";
import { AT, claimed, NOW, queued, started } from "../../support/instances.ts";

const OVER = { phase: undefined, wakeAt: undefined, claimExpiresAt: undefined };
const ended = (status: BotInstance["status"], from = started()) => ({ ...from, ...OVER, status });

/** Every state that an instance can be in. `mine` is the token of its claim, `me` the runner that started. */
const STATES = {
  "queued, due": queued(),
  "queued for later": queued({ wakeAt: NOW + 1 }),
  "queued, unwanted": queued({ cancelRequestedAt: NOW }),
  "queued, link refused": queued({ meetingUrl: "https://example.com" }),
  "queued, meeting over": queued({ endAt: NOW - 1 }),
  "queued again after a launch": { ...claimed(), ...OVER, status: "queued", wakeAt: NOW },
  "queued again after a runner": { ...started(), ...OVER, status: "queued", wakeAt: NOW },
  claimed: claimed(),
  launched: claimed({ phase: "launched", execution: { launcher: "local", name: "execution-1" } }),
  "joining, execution unknown": started({ execution: undefined }),
  joining: started(),
  recording: started({ phase: "recording" }),
  converting: started({ phase: "converting" }),
  uploading: started({ phase: "uploading" }),
  "joining, unwanted": started({ cancelRequestedAt: NOW }),
  "joining, last attempt": started({ attempt: 3 }),
  "joining, heard of lately": started({ heartbeatAt: NOW - 299 * SECOND }),
  "joining, lease holds": started({ wakeAt: NOW + 1 }),
  done: ended("done"),
  failed: ended("failed"),
  "failed before a runner": ended("failed", claimed()),
  cancelled: ended("cancelled"),
} as const satisfies Record<string, BotInstance>;
type State = keyof typeof STATES;

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

const UNSTARTED = ["claimed", "launched"] as const;
const STARTED = [
  "joining, execution unknown",
  "joining",
  "recording",
  "converting",
  "uploading",
  "joining, unwanted",
  "joining, last attempt",
  "joining, heard of lately",
  "joining, lease holds",
] as const;
const AFTER_A_RUNNER = ["queued again after a runner", "failed", "cancelled"] as const;
const BEFORE_A_RUNNER = ["queued again after a launch", "failed before a runner"] as const;

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
  /** What comes of it in all states that `outcomes` does not name. */
  otherwise: string;
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
    otherwise: "no: superseded",
    outcomes: {
      ...each(STARTED, "already mine"),
      claimed: "processing/launched",
      launched: "already mine",
      "joining, execution unknown": "processing/joining",
    },
  },
  {
    event: "a launch under an old claim",
    decide: launchedWith("old"),
    otherwise: "no: superseded",
  },
  {
    event: "a start",
    decide: startAs("me", "mine"),
    otherwise: "no: superseded",
    outcomes: { ...each(UNSTARTED, "processing/joining"), ...each(STARTED, "already mine") },
  },
  {
    event: "another runner's start",
    decide: startAs("other", "mine"),
    otherwise: "no: superseded",
    outcomes: { ...each(UNSTARTED, "processing/joining"), ...each(STARTED, "no: already-started") },
  },
  {
    event: "a start under an old claim",
    decide: startAs("me", "old"),
    otherwise: "no: superseded",
  },
  {
    event: "a report",
    decide: reportAs("me", "mine"),
    otherwise: "no: superseded",
    outcomes: REPORTED,
  },
  {
    event: "another runner's report",
    decide: reportAs("other", "mine"),
    otherwise: "no: superseded",
  },
  {
    event: "a report under an old claim",
    decide: reportAs("me", "old"),
    otherwise: "no: superseded",
  },
  {
    event: "a completion",
    decide: completeAs("me", "mine"),
    otherwise: "no: superseded",
    outcomes: { ...each(STARTED, "done"), done: "already mine" },
  },
  {
    event: "another runner's completion",
    decide: completeAs("other", "mine"),
    otherwise: "no: superseded",
  },
  {
    event: "a completion under an old claim",
    decide: completeAs("me", "old"),
    otherwise: "no: superseded",
  },
  {
    event: "a failure that may pass",
    decide: failAs("me", "mine"),
    otherwise: "no: superseded",
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
    otherwise: "no: superseded",
    outcomes: {
      ...each(STARTED, "failed NOT_ADMITTED"),
      ...UNWANTED,
      ...each(AFTER_A_RUNNER, "already mine"),
    },
  },
  {
    event: "a failed launch",
    decide: failAs(undefined, "mine", NO_CAPACITY),
    otherwise: "no: superseded",
    outcomes: { ...each(UNSTARTED, "queued"), ...each(BEFORE_A_RUNNER, "already mine") },
  },
  {
    event: "another runner's failure",
    decide: failAs("other", "mine"),
    otherwise: "no: superseded",
  },
  {
    event: "a failure under an old claim",
    decide: failAs("me", "old"),
    otherwise: "no: superseded",
  },
  {
    event: "a sweep that finds the execution ended",
    decide: reclaimWhen({ state: "ended", reason: "out of memory" }),
    otherwise: "no: superseded",
    outcomes: TAKEN_BACK,
  },
  {
    event: "a sweep that finds no execution",
    decide: reclaimWhen({ state: "not-found" }),
    otherwise: "no: superseded",
    outcomes: TAKEN_BACK,
  },
  {
    event: "a sweep that finds the execution running",
    decide: reclaimWhen({ state: "running" }),
    otherwise: "no: superseded",
    outcomes: {
      ...each([...UNSTARTED, ...STARTED], "no: silent"),
      ...LEASE_HOLDS,
      "joining, heard of lately": "no: still-running",
    },
  },
  {
    event: "a sweep that cannot ask",
    decide: reclaimWhen({ state: "unreachable", reason: "no route" }),
    otherwise: "no: superseded",
    outcomes: { ...each([...UNSTARTED, ...STARTED], "no: could-not-ask"), ...LEASE_HOLDS },
  },
  {
    event: "a sweep that asked about an old claim",
    decide: reclaimWhen({ state: "ended", reason: "gone" }, "old"),
    otherwise: "no: superseded",
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
  for (const { event, decide, otherwise, outcomes = {} } of TABLE) {
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
