import { expect } from "chai";
import { botInstanceDocuments } from "../../../test/arbitraries/bot-instance-documents.ts";
import { fuzz } from "../../../test/arbitraries/fuzz.ts";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { historyOf } from "../../src/bot-instance/history.ts";
import { cancel } from "../../src/bot-instance/transitions/cancel.ts";
import { claim } from "../../src/bot-instance/transitions/claim.ts";
import { complete } from "../../src/bot-instance/transitions/complete.ts";
import { fail } from "../../src/bot-instance/transitions/fail.ts";
import { launched } from "../../src/bot-instance/transitions/launched.ts";
import { reclaim } from "../../src/bot-instance/transitions/reclaim.ts";
import { report } from "../../src/bot-instance/transitions/report.ts";
import { start } from "../../src/bot-instance/transitions/start.ts";
import { failure } from "../../src/errors.ts";
import { toFields } from "../../src/firestore/fields.ts";
import { summarizeBot, summarizeResult } from "../../src/meeting/recording-summary.ts";
import type { Decide } from "../../src/ports/bot-instance-store.ts";
import { claimSeat } from "../../src/session/claim-seat.ts";
import { sessionKeyNeededBy } from "../../src/session/seat-needed.ts";
import { EMPTY_SESSION } from "../../src/session/session.ts";
import { AT, NOW, RULES } from "../support/instances.ts";
import {
  document,
  expectFitToTell,
  expectSafeChange,
  expectStorable,
  expectStorablePatch,
} from "./expectations.ts";

const CLAIM_RUNS = 1500;
const LIFE_RUNS = 1000;

const TOKEN = "mine";
const HOLDER = { token: TOKEN, runnerId: "me" };
const CRASH = failure("BOT_CRASHED", "join", "It fell.");
const NO_CAPACITY = failure("LAUNCH_FAILED", "launch", "Full.");
const gone = { verdict: { state: "not-found" }, random: 0.5 } as const;

const claiming: Decide = (instance, at) => claim(instance, { token: TOKEN, claimedBy: "test" }, at);
/** Everything that can happen to an instance, one after the other as far as it is accepted. */
const LIFE: readonly Decide[] = [
  (instance, at) => reclaim(instance, { ...gone, token: instance.claimToken, by: "sweep" }, at),
  claiming,
  (instance, at) =>
    launched(instance, { token: TOKEN, execution: { launcher: "local", name: "x" } }, at),
  (instance, at) => start(instance, HOLDER, at),
  (instance, at) => report(instance, { ...HOLDER, phase: "recording", progress: {} }, at),
  (instance, at) => fail(instance, { ...HOLDER, failure: CRASH, random: 0.5 }, at),
  claiming,
  (instance, at) => fail(instance, { token: TOKEN, failure: NO_CAPACITY, random: 0.5 }, at),
  cancel,
  claiming,
  (instance, at) => start(instance, HOLDER, at),
  (instance, at) => complete(instance, { ...HOLDER, outputs: [], partial: true }, at),
];

/** Takes a decision; what it writes must be storable, and must send no bot where none may go. */
function live(instance: BotInstance, decide: Decide): BotInstance {
  const decision = decide(instance, AT);
  if (!decision.ok) return instance;
  const after = { ...instance, ...decision.patch };
  expectStorablePatch(decision.patch);
  expectSafeChange(instance, after);
  const entry = historyOf(instance, after, NOW, RULES.historyDays);
  if (entry) expectStorable(toFields(entry));
  expectStorable(toFields({ ...summarizeBot(after), ...summarizeResult(after) }));
  return after;
}

describe("any bot instance that others made", () => {
  fuzz("is claimed for what can be recorded only", botInstanceDocuments, CLAIM_RUNS, (fields) => {
    const instance = document.parse("x", fields, NOW);
    const decision = claiming(instance, AT);
    const { error } = live(instance, claiming);
    if (error?.code === "UNSUPPORTED_URL") expectFitToTell(error.message);
    if (!decision.ok || sessionKeyNeededBy(instance, RULES) === undefined) return;
    const seated = claimSeat(instance, decision.patch, { session: EMPTY_SESSION, twins: [] }, AT);
    expectStorablePatch(seated.patch);
    expectStorable(toFields(seated.session));
  });

  fuzz("lives and ends like one of ours", botInstanceDocuments, LIFE_RUNS, (fields) => {
    let instance = document.parse("x", fields, NOW);
    for (const decide of LIFE) instance = live({ ...instance, wakeAt: NOW }, decide);
    expect(instance.attempt).to.satisfy(Number.isSafeInteger);
  });
});
