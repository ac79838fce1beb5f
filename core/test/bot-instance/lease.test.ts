import { expect } from "chai";
import {
  backOffMs,
  type JoinableFields,
  joinableUntil,
  leaseUntil,
  mendingPauseMs,
} from "../../src/bot-instance/lease.ts";
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

describe("mendingPauseMs", () => {
  it("is a minute for a quarter of an hour, then ten", () => {
    const pauses = [0, 15 * MINUTE - 1, 15 * MINUTE, HOUR].map((ms) => mendingPauseMs(ms, 0.5));
    expect(pauses).to.deep.equal([MINUTE, MINUTE, 10 * MINUTE, 10 * MINUTE]);
  });

  it("is spread by a tenth to either side", () => {
    expect(mendingPauseMs(0, 0)).to.equal(54 * SECOND);
    expect(mendingPauseMs(0, 1)).to.equal(66 * SECOND);
  });
});

describe("how long bots are sent to a meeting", () => {
  const createdAt = NOW - HOUR;
  const longest = RULES.maxRecordingMinutes * MINUTE;
  const stored = { progress: { bytesStored: 1 } };
  const rows: [what: string, fields: Omit<JoinableFields, "createdAt">, until: number][] = [
    ["first: to its end", { startAt: NOW, endAt: NOW + 1 }, NOW + 1],
    ["first, without an end: for an hour after its start", { startAt: NOW }, NOW + HOUR],
    ["first, without either: for an hour after the request", {}, createdAt + HOUR],
    [
      "back: within a quarter of an hour of the last byte",
      { ...stored, recordedAt: NOW, endAt: NOW + HOUR },
      NOW + 15 * MINUTE,
    ],
    [
      "back: to a quarter of an hour after its end",
      { ...stored, recordedAt: NOW, endAt: NOW - MINUTE },
      NOW + 14 * MINUTE,
    ],
    [
      "back, without an end: to the recording limit",
      { ...stored, recordedAt: NOW, startAt: NOW - longest + MINUTE },
      NOW + MINUTE,
    ],
    [
      "back, by the last sign of life where no time of a byte is known",
      { ...stored, heartbeatAt: NOW - MINUTE, updatedAt: NOW, endAt: NOW + HOUR },
      NOW + 14 * MINUTE,
    ],
    [
      "back, by the last change where no sign of life is known",
      { ...stored, updatedAt: NOW, endAt: NOW + HOUR },
      NOW + 15 * MINUTE,
    ],
    [
      "not at all where another meeting has begun",
      { ...stored, recordedAt: NOW, endAt: NOW + HOUR, succeededBy: "next" },
      Number.NEGATIVE_INFINITY,
    ],
    [
      "for ever where nothing is joined",
      { source: { uri: "gs://b/x", recordingId: "r" }, endAt: NOW - HOUR },
      Number.POSITIVE_INFINITY,
    ],
  ];
  for (const [what, fields, until] of rows) {
    it(what, () => {
      expect(joinableUntil({ createdAt, ...fields }, RULES)).to.equal(until);
    });
  }
});
