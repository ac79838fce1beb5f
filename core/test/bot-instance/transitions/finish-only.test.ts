import { expect } from "chai";
import type { BotInstance } from "../../../src/bot-instance/bot-instance.ts";
import { DEFAULT_LEASE_RULES } from "../../../src/bot-instance/lease.ts";
import { cancel } from "../../../src/bot-instance/transitions/cancel.ts";
import { claim } from "../../../src/bot-instance/transitions/claim.ts";
import { fail } from "../../../src/bot-instance/transitions/fail.ts";
import { reclaim } from "../../../src/bot-instance/transitions/reclaim.ts";
import { start } from "../../../src/bot-instance/transitions/start.ts";
import { type Failure, failure } from "../../../src/errors.ts";
import { HOUR, MINUTE } from "../../../src/time.ts";

const NOW = Date.parse("2030-01-01T10:00:00Z");
const AT = { now: NOW, rules: DEFAULT_LEASE_RULES };
const HOLDING = { token: "token", runnerId: "runner" };

/** An instance whose manager has stored something and then fails, at its last attempt. */
function recorded(changes: Partial<BotInstance> = {}): BotInstance {
  return {
    id: "id",
    meetingUrl: "https://meet.google.com/abc-defg-hij",
    status: "processing",
    phase: "recording",
    phaseAt: {},
    wantedLinks: 0,
    attempt: 3,
    maxAttempts: 3,
    launchFailures: 0,
    claimToken: "token",
    runnerId: "runner",
    progress: { bytesStored: 1000, secondsRecorded: 60 },
    createdAt: NOW - 10 * MINUTE,
    updatedAt: NOW - MINUTE,
    ...changes,
  };
}

const CRASHED = failure("BOT_CRASHED", "recording", "It is.");

function afterFailing(instance: BotInstance, why: Failure = CRASHED): BotInstance {
  const event = { ...HOLDING, failure: why, random: 0 };
  const decision = fail(instance, event, AT);
  if (!decision.ok) throw new Error(decision.reason);
  return { ...instance, ...decision.patch };
}

/** As the sweep leaves an instance whose execution is gone. */
function afterReclaiming(instance: BotInstance): BotInstance {
  const verdict = { state: "ended", reason: "killed" } as const;
  const decision = reclaim(instance, { token: "token", by: "sweep", verdict, random: 0 }, AT);
  if (!decision.ok) throw new Error(decision.reason);
  return { ...instance, ...decision.patch };
}

describe("the finish-only attempt", () => {
  it("follows when the attempts are spent and something was stored, at once and uncounted", () => {
    const queued = afterFailing(recorded());
    expect(queued).to.include({ status: "queued", finishOnly: true, wakeAt: NOW, attempt: 3 });
    const claimed = claim(queued, { token: "next", claimedBy: "sweep" }, AT);
    expect(claimed).to.deep.include({ ok: true });
    expect(claimed.ok && claimed.patch).to.include({ status: "processing", attempt: 3 });
    expect(claimed.ok && claimed.patch.progress).to.deep.equal({ bytesStored: 1000 });
  });

  it("follows when the meeting was cancelled, and its manager may start", () => {
    const queued = afterFailing(recorded({ attempt: 1, cancelRequestedAt: NOW - MINUTE }));
    expect(queued).to.include({ status: "queued", finishOnly: true });
    const decision = claim(queued, { token: "next", claimedBy: "sweep" }, AT);
    if (!decision.ok) throw new Error(decision.reason);
    const claimed = { ...queued, ...decision.patch };
    const started = start(claimed, { token: "next", runnerId: "other" }, AT);
    expect(started.ok && started.patch).to.include({ phase: "joining", runnerId: "other" });
  });

  it("follows an attempt that came to the meeting's end, after the pause, with attempts left", () => {
    const end = { endedAt: NOW - MINUTE, endReason: "ended" } as const;
    for (const over of [end, { phase: "converting" }, { phase: "uploading" }] as const) {
      const queued = afterFailing(recorded({ attempt: 1, ...over }));
      expect(queued).to.include({ status: "queued", finishOnly: true, attempt: 1 });
      expect(queued.wakeAt).to.be.above(NOW);
    }
  });

  it("does not follow a recording that has merely stopped growing: another bot is sent", () => {
    const silent = recorded({ attempt: 1, recordingEndedAt: NOW - MINUTE });
    const retried = [
      afterFailing(silent),
      afterReclaiming(silent),
      afterFailing({ ...silent, progress: {}, endReason: "ended", endedAt: NOW - MINUTE }),
    ];
    for (const queued of retried) {
      expect(queued).to.include({ status: "queued" });
      expect(queued).not.to.have.property("finishOnly");
      const { recordingEndedAt, endedAt, endReason } = queued;
      expect([recordingEndedAt, endedAt, endReason]).to.deep.equal(Array(3).fill(undefined));
    }
  });

  const REASONS: [title: string, instance: BotInstance, after: typeof afterFailing, string][] = [
    ["a bot that was lost", recorded(), afterFailing, "bot-lost"],
    ["an execution that was lost", recorded(), afterReclaiming, "platform-ended"],
    ["a cancel", recorded({ cancelRequestedAt: NOW }), afterFailing, "cancelled"],
    ["what was told before", recorded({ endReason: "time-limit" }), afterReclaiming, "time-limit"],
  ];
  for (const [title, instance, after, endReason] of REASONS) {
    it(`knows why the recording ended: ${title}`, () => {
      expect(after(instance)).to.include({ finishOnly: true, endReason });
    });
  }

  it("is what becomes of a cancel between two attempts", () => {
    const waiting = afterFailing(recorded({ attempt: 1 }));
    const decision = cancel(waiting, AT);
    expect(decision.ok && decision.patch).to.include({ finishOnly: true, wakeAt: NOW });
    const next = { ...waiting, ...(decision.ok && decision.patch) };
    const claimed = claim(next, { token: "next", claimedBy: "queue" }, AT);
    expect(claimed.ok && claimed.patch).to.include({ status: "processing", attempt: 1 });
  });

  it("is what becomes of a cancel between a claim and its start", () => {
    const claimed = recorded({ attempt: 2, cancelRequestedAt: NOW });
    const { runnerId: _, ...unstarted } = claimed;
    const decision = start(unstarted, HOLDING, AT);
    expect(decision.ok && decision.patch).to.include({ phase: "joining", finishOnly: true });
  });

  it("is what becomes of a claim that comes when the meeting is over", () => {
    const waiting = afterFailing(recorded({ attempt: 1, endAt: NOW + 10 * MINUTE }));
    const late = { now: NOW + HOUR, rules: DEFAULT_LEASE_RULES };
    const decision = claim(waiting, { token: "next", claimedBy: "sweep" }, late);
    expect(decision.ok && decision.patch).to.include({ finishOnly: true, attempt: 1 });
    const nothing = { ...waiting, progress: {} };
    const missed = claim(nothing, { token: "next", claimedBy: "sweep" }, late);
    expect(missed.ok && missed.patch).to.include({ status: "failed" });
  });

  it("is repeated after longer and longer pauses, whatever the meeting wants by now", () => {
    const cancelled = { cancelRequestedAt: NOW - MINUTE };
    let instance = recorded({ finishOnly: true, ...cancelled });
    const pauses: number[] = [];
    while (instance.status === "processing") {
      const { wakeAt = NOW, ...next } = afterFailing(instance);
      if (next.status === "queued") pauses.push(wakeAt - NOW);
      instance = { ...next, ...(next.status === "queued" && { status: "processing" }) };
    }
    expect(pauses).to.have.length(9);
    expect(pauses).to.deep.equal(pauses.toSorted((a, b) => a - b));
    expect(instance).to.include({ status: "failed", attempt: 3 });
  });

  it("gives back no attempt when its launch fails, since it took none", () => {
    const full = failure("LAUNCH_FAILED", "launch", "Full.");
    const queued = afterFailing(recorded({ finishOnly: true }), { ...full, retryable: true });
    expect(queued).to.include({ status: "queued", attempt: 3, launchFailures: 0 });
  });

  it("ends when it will never work", () => {
    const refused = { ...failure("UPLOAD_FAILED", "uploading", "No."), retryable: false };
    const ended = afterFailing(recorded({ finishOnly: true }), refused);
    expect(ended).to.include({ status: "failed" });
    expect(ended.error).to.include({ code: "UPLOAD_FAILED" });
  });

  it("does not come where another bot may be sent, or where nothing was stored", () => {
    const retried = afterFailing(recorded({ attempt: 1 }));
    expect(retried).to.include({ status: "queued" });
    expect(retried).not.to.have.property("finishOnly");
    expect(afterFailing(recorded({ progress: {} }))).to.include({ status: "failed" });
  });
});
