import { expect } from "chai";
import type { BotInstance } from "../../../src/bot-instance/bot-instance.ts";
import { claim, EARLY_MS, isClaimedBy } from "../../../src/bot-instance/transitions/claim.ts";
import { failure } from "../../../src/errors.ts";
import { HOUR, MINUTE, SECOND } from "../../../src/time.ts";
import { patchOf } from "../../support/decisions.ts";
import { AT, claimed, NOW, queued, RULES, started } from "../../support/instances.ts";

const EVENT = { token: "new", claimedBy: "controller" };
const claimOf = (fields: Parameters<typeof queued>[0] = {}) =>
  patchOf(claim(queued(fields), EVENT, AT));

describe("claim", () => {
  it("counts the attempt and starts the lease's first stage", () => {
    expect(claimOf()).to.deep.include({
      status: "processing",
      phase: "claimed",
      phaseAt: { claimed: NOW },
      attempt: 1,
      claimToken: "new",
      claimedBy: "controller",
      claimedAt: NOW,
      claimExpiresAt: NOW + 60 * SECOND,
      wakeAt: NOW + 60 * SECOND,
      provider: "google",
    });
  });

  it("forgets the claim before, but not when its phases were first reached", () => {
    const before = started({
      error: { ...failure("TIMED_OUT", "join", "x"), at: 1 },
      progress: {},
      recordingEndedAt: NOW - HOUR,
    });
    const patch = claimOf({ ...before, status: "queued", wakeAt: NOW });
    const ofTheAttempt = ["runnerId", "heartbeatAt", "execution", "progress", "error"];
    for (const field of [...ofTheAttempt, "recordingEndedAt"]) {
      expect(patch).to.have.property(field, undefined);
    }
    expect(patch).to.deep.include({ phaseAt: before.phaseAt, attempt: 2 });
  });

  it("is due at its very instant, and at once where no instant is named", () => {
    expect(claimOf({ wakeAt: NOW })).to.include({ status: "processing" });
    expect(claimOf({ wakeAt: undefined })).to.include({ status: "processing" });
  });

  it("is in time a moment early, as a timer with another clock may come", () => {
    expect(claimOf({ wakeAt: NOW + EARLY_MS })).to.include({ status: "processing" });
    const early = claim(queued({ wakeAt: NOW + EARLY_MS + 1 }), EVENT, AT);
    expect(early).to.deep.equal({ ok: false, reason: "not-due" });
  });

  it("sends a bot to the very end of a meeting and not after it", () => {
    expect(claimOf({ endAt: NOW })).to.include({ status: "processing" });
    expect(claimOf({ endAt: NOW - 1 })).to.deep.include({
      status: "failed",
      error: {
        ...failure("MISSED", "request", "The meeting was over before a bot could be sent to it."),
        at: NOW,
      },
    });
  });

  it("sends a bot to a meeting without an end for an hour", () => {
    const length = RULES.firstJoinMinutes * MINUTE;
    const open = { endAt: undefined };
    expect(claimOf({ ...open, startAt: NOW - length })).to.include({ status: "processing" });
    expect(claimOf({ ...open, startAt: NOW - length - 1 })).to.include({ status: "failed" });
    expect(claimOf({ ...open, createdAt: NOW - length - 1 })).to.include({ status: "failed" });
  });

  it("tells what the last attempt died of when no other could be made in time", () => {
    const error = { ...failure("BOT_CRASHED", "join", "It fell."), at: NOW - HOUR };
    const { error: told } = claimOf({ endAt: NOW - 1, error, attempt: 1 });
    expect(told).to.include({ code: "MISSED", stage: "join" });
    expect(told?.message).to.contain("It fell.");
  });

  it("ends what nobody wants any more, due or not", () => {
    for (const wakeAt of [NOW, NOW + HOUR, undefined]) {
      const patch = claimOf({ cancelRequestedAt: NOW - 1, wakeAt });
      expect(patch).to.include({ status: "cancelled", processedAt: NOW, wakeAt: undefined });
      expect(patch).to.not.have.any.keys("attempt", "error");
    }
  });

  it("gives the last attempt that is left, and none beyond it", () => {
    expect(claimOf({ attempt: 2 })).to.include({ status: "processing", attempt: 3 });
    const { status, error } = claimOf({ attempt: 3 });
    expect(status).to.equal("failed");
    expect(error?.message).to.contain("All 3 attempts");
  });

  it("tells what the last attempt died of when somebody asks for one too many", () => {
    const error = { ...failure("BOT_CRASHED", "join", "It fell."), at: NOW - HOUR };
    expect(claimOf({ attempt: 3, error }).error).to.deep.equal({ ...error, at: NOW });
  });

  it("gives no attempt to a link that no bot may open", () => {
    const patch = claimOf({ meetingUrl: "http://10.0.0.1/admin" });
    expect(patch)
      .to.include({ status: "failed", processedAt: NOW })
      .and.not.have.property("attempt");
    expect(patch.error).to.include({ code: "UNSUPPORTED_URL", retryable: false });
  });
});

describe("a claim of what others wrote", () => {
  const faults: [what: string, fields: Partial<BotInstance>, told: RegExp][] = [
    ["a path out of the bucket", { gcsPath: "../x" }, /`gcs_path` has a segment \. or \.\./],
    ["a path with a bucket", { gcsPath: "gs://theirs/x" }, /`gcs_path` must not have a scheme/],
    ["options that there are not", { recordingOptions: { env: "x" } }, /has no option "env"/],
    [
      "an option out of bounds",
      { recordingOptions: { crf: Number.NaN } },
      /`recording_options.crf` must be/,
    ],
    [
      "no map of options",
      { recordingOptions: "x" as unknown as Record<string, unknown> },
      /`recording_options` must be a map/,
    ],
  ];
  for (const [what, fields, told] of faults) {
    it(`sends no bot for ${what}, and says so`, () => {
      const patch = claimOf(fields);
      expect(patch).to.include({ status: "failed" }).and.not.have.property("attempt");
      expect(patch.error).to.include({ code: "INVALID_MEETING", retryable: false });
      expect(patch.error?.message).to.match(told);
    });
  }

  it("takes no document's word that something was recorded before any attempt", () => {
    const recorded = { finishOnly: true, progress: { bytesStored: 1 } };
    const unsupported = { ...recorded, meetingUrl: "https://example.com/" };
    expect(claimOf(unsupported)).to.include({ status: "failed" });
    expect(claimOf({ ...unsupported, attempt: 1 })).to.include({
      status: "processing",
      finishOnly: true,
    });
  });

  it("sends a bot only where the deployment allows it", () => {
    const narrow = { ...AT, rules: { ...RULES, allowedMeetingHosts: ["*.zoom.us"] } };
    const { status, error } = patchOf(claim(queued(), EVENT, narrow));
    expect(status).to.equal("failed");
    expect(error?.message).to.contain("leads to meet.google.com, but bots are sent to *.zoom.us");
  });
});

describe("isClaimedBy", () => {
  it("is what a launch needs: at work, and in the name of the token", () => {
    expect(isClaimedBy(claimed(), "mine")).to.equal(true);
    expect(isClaimedBy(claimed(), "other")).to.equal(false);
    expect(isClaimedBy(claimed({ status: "queued" }), "mine")).to.equal(false);
    expect(isClaimedBy(claimed({ status: "failed" }), "mine")).to.equal(false);
  });
});
