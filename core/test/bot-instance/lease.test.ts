import { expect } from "chai";
import { backOffMs, leaseUntil, meetingOverAt } from "../../src/bot-instance/lease.ts";
import { HOUR, MINUTE, SECOND } from "../../src/time.ts";
import { NOW, RULES } from "../support/instances.ts";

describe("leaseUntil", () => {
  it("ends when the sweep must look", () => {
    expect(leaseUntil(NOW, 60)).to.deep.equal({
      claimExpiresAt: NOW + 60 * SECOND,
      wakeAt: NOW + 60 * SECOND,
    });
  });
});

describe("backOffMs", () => {
  const seconds = (failures: number, random = 0.5) => backOffMs(failures, random, RULES) / SECOND;

  it("doubles from fifteen seconds to ten minutes", () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 100, 5000].map((failures) => seconds(failures));
    expect(pauses).to.deep.equal([15, 30, 60, 120, 240, 480, 600, 600, 600, 600]);
  });

  it("is spread by half to either side, at the maximum too", () => {
    expect(seconds(1, 0)).to.equal(7.5);
    expect(seconds(1, 1)).to.equal(22.5);
    expect(seconds(50, 0)).to.equal(300);
    expect(seconds(50, 1)).to.equal(900);
  });

  it("is a whole number of milliseconds and never negative", () => {
    for (const failures of [-1, 0, 1, 2, 3]) {
      const pause = backOffMs(failures, 1 / 3, { ...RULES, retryBaseSeconds: 0.007 });
      expect(pause).to.satisfy(Number.isInteger).and.be.at.least(0);
    }
  });
});

describe("meetingOverAt", () => {
  const createdAt = NOW - HOUR;
  const longest = RULES.maxRecordingMinutes * MINUTE;

  it("is the meeting's end where it has one", () => {
    expect(meetingOverAt({ startAt: NOW, endAt: NOW + 1, createdAt }, RULES)).to.equal(NOW + 1);
  });

  it("is else as long after its start as a recording may last", () => {
    expect(meetingOverAt({ startAt: NOW, createdAt }, RULES)).to.equal(NOW + longest);
    expect(meetingOverAt({ createdAt }, RULES)).to.equal(createdAt + longest);
  });
});
