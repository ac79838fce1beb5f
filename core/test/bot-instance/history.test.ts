import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { historyOf, isTold } from "../../src/bot-instance/history.ts";
import type { Decision } from "../../src/bot-instance/transition.ts";
import { cancel } from "../../src/bot-instance/transitions/cancel.ts";
import { claim } from "../../src/bot-instance/transitions/claim.ts";
import { fail } from "../../src/bot-instance/transitions/fail.ts";
import { launched } from "../../src/bot-instance/transitions/launched.ts";
import { report } from "../../src/bot-instance/transitions/report.ts";
import { start } from "../../src/bot-instance/transitions/start.ts";
import { failure } from "../../src/errors.ts";
import { DAY, SECOND } from "../../src/time.ts";
import { patchOf } from "../support/decisions.ts";
import { AT, claimed, NOW, queued, started } from "../support/instances.ts";

const CRASH = { ...failure("BOT_CRASHED", "join", "It fell."), platformReason: "exit code 137" };
const CLAIM = { token: "new", claimedBy: "controller" };
const SELF = { token: "mine", runnerId: "me" };
const EXECUTION = { launcher: "local", name: "execution-2" };

const noted = (before: BotInstance | undefined, after: BotInstance) =>
  historyOf(before, after, NOW, 90);
const notedOf = (before: BotInstance, decision: Decision) =>
  noted(before, { ...before, ...patchOf(decision) });

describe("the history of an instance", () => {
  const shared = started({ wantedLinks: 2 });
  const cases: [what: string, entry: ReturnType<typeof noted>, expected: string | undefined][] = [
    ["a new one that waits", noted(undefined, queued()), "queued"],
    ["a new one that was claimed at once", noted(undefined, claimed()), "claimed"],
    ["a new one that cannot be sent", noted(undefined, queued({ status: "failed" })), "failed"],
    ["a claim", notedOf(queued(), claim(queued(), CLAIM, AT)), "claimed"],
    [
      "a launch",
      notedOf(claimed(), launched(claimed(), { token: "mine", execution: EXECUTION }, AT)),
      "launched",
    ],
    ["a start", notedOf(claimed(), start(claimed(), SELF, AT)), "joining"],
    [
      "a phase",
      notedOf(started(), report(started(), { ...SELF, phase: "recording" }, AT)),
      "recording",
    ],
    ["a heartbeat", notedOf(started(), report(started(), SELF, AT)), undefined],
    [
      "progress",
      notedOf(started(), report(started(), { ...SELF, progress: { bytesStored: 1 } }, AT)),
      undefined,
    ],
    ["a cancel of one that waits", notedOf(queued(), cancel(queued(), AT)), "cancelled"],
    ["a cancel of one at work", notedOf(started(), cancel(started(), AT)), "cancel-requested"],
    ["a cancel that was asked for before", noted(started(), started()), undefined],
    ["a meeting that joins", noted(started(), shared), "meeting-joined"],
    ["a meeting that leaves", noted(shared, started()), "meeting-left"],
    ["a new plan", noted(queued(), queued({ endAt: NOW })), "replanned"],
    [
      "an attempt that failed",
      notedOf(started(), fail(started(), { ...SELF, failure: CRASH, random: 0 }, AT)),
      "queued",
    ],
  ];
  for (const [what, entry, expected] of cases) {
    it(`${expected ? `has “${expected}” for` : "has nothing for"} ${what}`, () => {
      expect(entry?.what).to.equal(expected);
    });
  }

  it("tells why an attempt has failed, with the platform's words, and when the next one is due", () => {
    const decision = fail(started(), { ...SELF, failure: CRASH, random: 0.5 }, AT);
    expect(notedOf(started(), decision)).to.deep.equal({
      what: "queued",
      at: NOW,
      attempt: 1,
      wakeAt: NOW + 15 * SECOND,
      claimedBy: "controller",
      execution: "execution-1",
      error: { ...CRASH, at: NOW },
      expiresAt: NOW + 90 * DAY,
    });
  });

  it("tells of refused launches, which are no attempts", () => {
    const refused = failure("LAUNCH_FAILED", "launch", "Full.");
    const decision = fail(claimed(), { token: "mine", failure: refused, random: 0 }, AT);
    expect(notedOf(claimed(), decision)).to.include({ attempt: 0, launchFailures: 1 });
  });

  it("tells a failure once, and not again with what follows", () => {
    const error = { ...CRASH, at: NOW - 1 };
    const entry = noted(queued({ error }), queued({ error, endAt: NOW }));
    expect(entry).to.not.have.property("error");
  });

  it("holds neither links nor tokens", () => {
    const entry = notedOf(queued(), claim(queued(), CLAIM, AT));
    expect(JSON.stringify(entry)).to.not.match(/https:|new/);
  });
});

describe("what meetings are told of an instance's history", () => {
  const cases: [what: string, entry: Record<string, unknown>, expected: boolean][] = [
    ["that it was made", { what: "queued", attempt: 0, is_made: true }, false],
    ["that it was made and claimed", { what: "claimed", attempt: 1, is_made: true }, false],
    ["that an attempt has failed", { what: "queued", attempt: 1 }, true],
    ["that a launch was refused", { what: "queued", attempt: 0, launch_failures: 1 }, true],
    [
      "that nobody let it in",
      { what: "queued", attempt: 0, error: { code: "LOBBY_TIMEOUT" } },
      true,
    ],
    ["that it was claimed", { what: "claimed", attempt: 1 }, true],
    ["that it waits at the door", { what: "waiting", attempt: 1 }, true],
    ["that it records", { what: "recording", attempt: 1 }, true],
    ["that it has another phase", { what: "joining", attempt: 1 }, false],
  ];
  for (const [what, entry, expected] of cases) {
    it(`${expected ? "" : "not "}${what}`, () => {
      expect(isTold(entry)).to.equal(expected);
    });
  }
});
