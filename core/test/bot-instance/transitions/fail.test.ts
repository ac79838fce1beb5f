import { expect } from "chai";
import { fail } from "../../../src/bot-instance/transitions/fail.ts";
import { failure, launchFailure } from "../../../src/errors.ts";
import { HOUR, MINUTE, SECOND } from "../../../src/time.ts";
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

  it("is tried again although a version before called it final", () => {
    const patch = launchFailed({}, { ...NO_CAPACITY, retryable: false });
    expect(patch).to.include({ status: "queued", attempt: 0 });
  });

  it("gives back no attempt that there was not", () => {
    expect(launchFailed({ attempt: 0 })).to.include({ attempt: 0 });
  });

  it("leaves the attempt that has stored something, without which nothing could be finished", () => {
    const stored = { attempt: 1, progress: { bytesStored: 1 }, recordedAt: NOW };
    expect(launchFailed(stored)).to.include({ status: "queued", attempt: 1 });
  });
});

describe("a launch that an operator has to mend something for", () => {
  const NO_JOB = launchFailure("There is no job.", { needsOperator: true, platformReason: "5" });
  const refused = (fields: Parameters<typeof claimed>[0] = {}) => launchFailed(fields, NO_JOB);

  it("says so at once, and is tried again a minute later", () => {
    expect(refused()).to.deep.include({
      status: "queued",
      attempt: 0,
      launchFailures: 1,
      firstRefusedAt: NOW,
      wakeAt: NOW + MINUTE,
      error: { ...NO_JOB, at: NOW },
    });
  });

  it("is tried every minute for a quarter of an hour, then every ten minutes", () => {
    const since = (firstRefusedAt: number) => refused({ firstRefusedAt, launchFailures: 40 });
    expect(since(NOW - 14 * MINUTE)).to.include({
      wakeAt: NOW + MINUTE,
      firstRefusedAt: NOW - 14 * MINUTE,
    });
    expect(since(NOW - 15 * MINUTE).wakeAt).to.equal(NOW + 10 * MINUTE);
  });

  it("is tried a last time a minute before the meeting is over", () => {
    const long = { firstRefusedAt: NOW - HOUR, endAt: NOW + 5 * MINUTE };
    expect(refused(long)).to.include({ status: "queued", wakeAt: NOW + 4 * MINUTE });
    const { status, error } = refused({ ...long, endAt: NOW + MINUTE - 1 });
    expect(status).to.equal("failed");
    expect(error).to.include({ code: "MISSED", stage: "launch" });
    expect(error?.message).to.contain("There is no job.");
  });
});

describe("a bot that nobody let in", () => {
  const OUTSIDE = failure("LOBBY_TIMEOUT", "join", "Nobody let it in.");
  const leftOutside = (fields: Parameters<typeof started>[0] = {}, why = OUTSIDE) =>
    failed(started(fields), why);

  it("is sent again after the shortest pause, at no attempt's cost", () => {
    const again = { status: "queued", wakeAt: NOW + 15 * SECOND, launchFailures: 0 } as const;
    expect(leftOutside()).to.include({ ...again, attempt: 0, lobbyTimeouts: 1 });
    const later = leftOutside({ attempt: 3, lobbyTimeouts: 5 });
    expect(later).to.include({ ...again, attempt: 2, lobbyTimeouts: 6 });
  });

  it("is sent again although its manager, of the version before, calls that final", () => {
    expect(leftOutside({}, { ...OUTSIDE, retryable: false }).status).to.equal("queued");
  });

  it("is not sent once more after as many times as are set", () => {
    const { status, error } = leftOutside({ lobbyTimeouts: 6 });
    expect(status).to.equal("failed");
    expect(error).to.include({ code: "LOBBY_TIMEOUT" });
  });

  it("is told as what it was when the meeting is over", () => {
    const { status, error } = leftOutside({ endAt: NOW + SECOND });
    expect(status).to.equal("failed");
    expect(error).to.include({ code: "LOBBY_TIMEOUT" });
  });

  it("keeps what was recorded before it was left outside", () => {
    const stored = { attempt: 1, progress: { bytesStored: 1 }, recordedAt: NOW };
    expect(leftOutside(stored)).to.include({ status: "queued", attempt: 1, lobbyTimeouts: 1 });
    const last = leftOutside({ ...stored, lobbyTimeouts: 6 });
    expect(last).to.include({ status: "queued", attempt: 1, finishOnly: true, wakeAt: NOW });
  });
});

describe("a bot whose room another meeting has", () => {
  const succeeded = { succeededBy: "next" };

  it("does not go back, whatever it failed of", () => {
    const { status, error } = failed(started(succeeded));
    expect(status).to.equal("failed");
    expect(error).to.include({ code: "MISSED" });
    expect(error?.message).to.contain("given way to the next one").and.contain("It fell.");
  });

  it("has what it has stored finished", () => {
    const stored = { ...succeeded, progress: { bytesStored: 1 }, recordedAt: NOW };
    const patch = failed(started(stored));
    expect(patch).to.include({ status: "queued", finishOnly: true, wakeAt: NOW });
    expect(patch.error).to.include({ code: "BOT_CRASHED" });
  });
});
