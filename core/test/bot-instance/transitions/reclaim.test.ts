import { expect } from "chai";
import type { BotInstance } from "../../../src/bot-instance/bot-instance.ts";
import { reclaim, type Verdict } from "../../../src/bot-instance/transitions/reclaim.ts";
import { MINUTE, SECOND } from "../../../src/time.ts";
import { patchOf } from "../../support/decisions.ts";
import { AT, claimed, NOW, started } from "../../support/instances.ts";

const RUNNING: Verdict = { state: "running" };
const ENDED: Verdict = { state: "ended", reason: "out of memory" };
const neverRan = (needsOperator: boolean): Verdict => ({
  state: "ended",
  reason: "no quota",
  neverRan: { needsOperator },
});
const EXECUTION = { launcher: "local", name: "execution-1" };
const event = (verdict: Verdict) => ({ token: "mine", by: "sweep", verdict, random: 0.5 });
const taken = (instance: BotInstance, verdict: Verdict) =>
  patchOf(reclaim(instance, event(verdict), AT));

describe("reclaim", () => {
  it("keeps the attempt counted of a job that the platform ran", () => {
    expect(taken(claimed(), ENDED)).to.include({ status: "queued", attempt: 1 });
    expect(taken(started(), { state: "not-found" })).to.include({ status: "queued", attempt: 1 });
  });

  it("gives the attempt back of a launch that was not answered, or was never made", () => {
    for (const execution of [undefined, EXECUTION]) {
      const patch = taken(claimed({ attempt: 3, execution }), { state: "not-found" });
      expect(patch).to.include({ status: "queued", attempt: 2, launchFailures: 1 });
      expect(patch.error).to.include({ code: "LAUNCH_FAILED", stage: "launch", retryable: true });
      expect(patch.error?.message).to.contain("No bot was sent");
    }
  });

  it("tries a launch that nobody answers again until the meeting is over, with longer pauses", () => {
    const unanswered = (fields: Partial<BotInstance>) =>
      taken(claimed(fields), { state: "not-found" });
    expect(unanswered({ launchFailures: 3 }).wakeAt).to.equal(NOW + 120 * SECOND);
    const late = unanswered({ launchFailures: 3, endAt: NOW + MINUTE });
    expect(late.error).to.include({ code: "MISSED", stage: "launch" });
  });

  it("keeps the platform's own words", () => {
    const { error } = taken(started(), ENDED);
    expect(error).to.include({ code: "LEASE_EXPIRED", platformReason: "out of memory" });
    expect(error?.message).to.contain("out of memory");
  });

  it("tells whether the job had begun its work", () => {
    expect(taken(claimed(), ENDED).error).to.include({ stage: "join" });
    expect(taken(claimed(), ENDED).error?.message).to.contain("never started");
    expect(taken(started(), ENDED).error).to.include({ stage: "recording" });
    expect(taken(started(), { state: "not-found" }).error?.message).to.contain("does not know it");
  });

  it("gives the attempt back when the platform could not start the job, as for a refused launch", () => {
    const patch = taken(claimed(), neverRan(false));
    expect(patch).to.include({ status: "queued", attempt: 0, launchFailures: 1 });
    expect(patch.error).to.include({ code: "LAUNCH_FAILED", platformReason: "no quota" });
  });

  it("asks for an operator when no other launch could be started either", () => {
    const { status, wakeAt, error } = taken(claimed(), neverRan(true));
    expect({ status, wakeAt }).to.deep.equal({ status: "queued", wakeAt: NOW + MINUTE });
    expect(error).to.include({ code: "LAUNCH_FAILED", needsOperator: true, retryable: true });
    expect(error?.message).to.contain("no quota");
  });

  it("believes the manager that it has started, whatever the platform says", () => {
    expect(taken(started(), neverRan(false)).error).to.include({ code: "LEASE_EXPIRED" });
  });

  it("fences the holder off, so that it cannot take its own end for this one", () => {
    expect(taken(started(), ENDED)).to.include({ claimToken: "sweep" });
  });

  it("leaves a bot alone that the platform calls running, until it has been silent for long", () => {
    const heard = (secondsAgo: number) =>
      reclaim(started({ heartbeatAt: NOW - secondsAgo * SECOND }), event(RUNNING), AT);
    expect(heard(299)).to.deep.equal({ ok: false, reason: "still-running" });
    expect(heard(300)).to.deep.equal({ ok: false, reason: "overdue" });
  });

  it("counts the silence of a job that never started from its claim", () => {
    const launchedAgo = (seconds: number) =>
      reclaim(claimed({ claimedAt: NOW - seconds * SECOND }), event(RUNNING), AT);
    expect(launchedAgo(299)).to.deep.equal({ ok: false, reason: "still-running" });
    expect(launchedAgo(300)).to.deep.equal({ ok: false, reason: "overdue" });
  });

  it("tells an execution to end that runs past its time-out, however lately it was heard of", () => {
    const claimedAgo = (minutes: number) =>
      reclaim(started({ claimedAt: NOW - minutes * MINUTE, heartbeatAt: NOW }), event(RUNNING), AT);
    expect(claimedAgo(719)).to.deep.equal({ ok: false, reason: "still-running" });
    expect(claimedAgo(720)).to.deep.equal({ ok: false, reason: "overdue" });
  });

  it("does not wait for a bot that was not heard of since it was told to leave", () => {
    const cancelRequestedAt = NOW - 60 * SECOND;
    const heard = (at: number) =>
      reclaim(started({ cancelRequestedAt, heartbeatAt: at }), event(RUNNING), AT);
    expect(heard(cancelRequestedAt)).to.deep.equal({ ok: false, reason: "overdue" });
    // It knows, and may be storing what it has recorded.
    expect(heard(cancelRequestedAt + 1)).to.deep.equal({ ok: false, reason: "still-running" });
    const unstarted = claimed({ cancelRequestedAt, claimedAt: cancelRequestedAt - 1 });
    expect(reclaim(unstarted, event(RUNNING), AT)).to.deep.equal({ ok: false, reason: "overdue" });
  });

  const UNREACHABLE: Verdict = { state: "unreachable", reason: "no permission" };
  const claimedAgo = (minutes: number) => started({ claimedAt: NOW - minutes * MINUTE });

  it("gives an execution up an hour after its last token can be valid, when it cannot be asked about", () => {
    const before = reclaim(claimedAgo(779), event(UNREACHABLE), AT);
    expect(before).to.deep.equal({ ok: false, reason: "could-not-ask" });
    const { status, error } = taken(claimedAgo(780), UNREACHABLE);
    expect(status).to.equal("queued");
    expect(error).to.include({ code: "LEASE_EXPIRED", platformReason: "no permission" });
    expect(error?.message).to.contain("given up").and.contain("no permission");
  });

  it("gives an execution up as late that will not end", () => {
    const before = reclaim(claimedAgo(779), event(RUNNING), AT);
    expect(before).to.deep.equal({ ok: false, reason: "overdue" });
    const { status, error } = taken(claimedAgo(780), RUNNING);
    expect(status).to.equal("queued");
    expect(error?.message).to.contain("still calls it running");
  });

  it("obeys a cancel instead of another attempt", () => {
    expect(taken(started({ cancelRequestedAt: NOW }), ENDED)).to.include({ status: "cancelled" });
  });
});
