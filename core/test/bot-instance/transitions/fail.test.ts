import { expect } from "chai";
import { fail } from "../../../src/bot-instance/transitions/fail.ts";
import { failure } from "../../../src/errors.ts";
import { HOUR, SECOND } from "../../../src/time.ts";
import { patchOf } from "../../support/decisions.ts";
import { AT, claimed, NOW, started } from "../../support/instances.ts";

const CRASH = failure("BOT_CRASHED", "join", "It fell.");
const NO_CAPACITY = failure("LAUNCH_FAILED", "launch", "Full.");
const failed = (instance = started(), why = CRASH, random = 0.5) =>
  patchOf(fail(instance, { token: "mine", runnerId: "me", failure: why, random }, AT));
const launchFailed = (fields: Parameters<typeof claimed>[0] = {}, why = NO_CAPACITY) =>
  patchOf(fail(claimed(fields), { token: "mine", failure: why, random: 0.5 }, AT));

describe("fail", () => {
  it("goes back into the queue with the reason, after a pause", () => {
    expect(failed()).to.deep.equal({
      status: "queued",
      phase: undefined,
      claimExpiresAt: undefined,
      wakeAt: NOW + 15 * SECOND,
      updatedAt: NOW,
      attempt: 1,
      launchFailures: 0,
      error: { ...CRASH, at: NOW },
    });
  });

  it("pauses for longer with every attempt", () => {
    const wakes = [1, 2].map((attempt) => failed(started({ attempt })).wakeAt);
    expect(wakes).to.deep.equal([NOW + 15 * SECOND, NOW + 30 * SECOND]);
  });

  it("spreads the pause", () => {
    expect(failed(started(), CRASH, 0).wakeAt).to.equal(NOW + 7.5 * SECOND);
    expect(failed(started(), CRASH, 0.999).wakeAt).to.be.below(NOW + 22.5 * SECOND);
  });

  it("is the end after the last attempt, with the reason of that one", () => {
    const patch = failed(started({ attempt: 3 }));
    expect(patch).to.deep.include({ status: "failed", error: { ...CRASH, at: NOW } });
    expect(patch).to.include({ wakeAt: undefined, processedAt: NOW, attempt: 3 });
  });

  it("is the end at once when another attempt cannot help", () => {
    const denied = failure("NOT_ADMITTED", "join", "Nobody let it in.");
    expect(failed(started(), denied)).to.deep.include({
      status: "failed",
      error: { ...denied, at: NOW },
    });
  });

  it("obeys a cancel instead of another attempt", () => {
    const patch = failed(started({ cancelRequestedAt: NOW }));
    expect(patch).to.include({ status: "cancelled", wakeAt: undefined });
    expect(patch).to.not.have.property("error");
  });

  it("is the end when the meeting is over before the pause is", () => {
    expect(failed(started({ endAt: NOW + 15 * SECOND })).status).to.equal("queued");
    const { status, error } = failed(started({ endAt: NOW + 15 * SECOND - 1 }));
    expect(status).to.equal("failed");
    expect(error).to.include({ code: "MISSED", stage: "join", retryable: false });
    expect(error?.message).to.contain("It fell.");
  });
});

describe("a failed launch", () => {
  it("gives the attempt back and counts by itself", () => {
    expect(launchFailed()).to.include({
      status: "queued",
      attempt: 0,
      launchFailures: 1,
      wakeAt: NOW + 15 * SECOND,
    });
  });

  it("never uses up the attempts, however often it happens while the meeting is on", () => {
    const patch = launchFailed({ attempt: 3, launchFailures: 40, endAt: NOW + HOUR });
    expect(patch).to.include({ status: "queued", attempt: 2, launchFailures: 41 });
    expect(patch.wakeAt).to.equal(NOW + 600 * SECOND);
  });

  it("is bounded by the meeting's end, never only by luck", () => {
    const { status, error } = launchFailed({ launchFailures: 40, endAt: NOW + 599 * SECOND });
    expect(status).to.equal("failed");
    expect(error).to.include({ code: "MISSED", stage: "launch" });
  });

  it("is the end when the platform says that it always will be so", () => {
    const patch = launchFailed({}, { ...NO_CAPACITY, retryable: false });
    expect(patch).to.include({ status: "failed", attempt: 0 });
    expect(patch.error).to.include({ code: "LAUNCH_FAILED", message: "Full." });
  });
});
