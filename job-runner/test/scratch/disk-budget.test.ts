import { expect } from "chai";
import {
  budgetProblem,
  diskLevel,
  diskRates,
  END_RESERVE_BYTES,
  importProblem,
  LIVE_RESERVE_SECONDS,
} from "../../src/scratch/disk-budget.ts";

const HOUR_SECONDS = 3600;
/** The highest bit rate that the bot records at. */
const CAP_KILOBITS = 15_000;

describe("diskRates", () => {
  it("are the gigabytes an hour that were measured at the bot's limit", () => {
    const { raw, outputs, botSound } = diskRates(CAP_KILOBITS);
    expect((raw * HOUR_SECONDS) / 1e9).to.equal(6.75);
    expect((outputs * HOUR_SECONDS) / 1e9).to.be.closeTo(6.75, 0.06);
    expect((botSound * HOUR_SECONDS) / 1e9).to.be.closeTo(0.69, 0.005);
  });
});

describe("budgetProblem", () => {
  const hour = { expectedSeconds: HOUR_SECONDS, kilobitsPerSecond: CAP_KILOBITS };

  it("says nothing when everything fits, to the byte", () => {
    const { raw, outputs, botSound } = diskRates(CAP_KILOBITS);
    const needed = (raw + outputs + botSound) * HOUR_SECONDS + END_RESERVE_BYTES;
    expect(budgetProblem({ ...hour, freeBytes: needed })).to.equal(undefined);
    expect(budgetProblem({ ...hour, freeBytes: needed - 1 })).to.be.a("string");
  });

  it("says why an hour at the bot's limit does not fit on Cloud Run's default disk", () => {
    expect(budgetProblem({ ...hour, freeBytes: 10e9 })).to.equal(
      "The scratch disk is too small for 1 h at 15000 kb/s: 6.75 GB of recording + 6.81 GB of outputs " +
        "+ 0.69 GB of the bot's own copies + 0.13 GB in reserve = 14.38 GB, but only 10 GB are free.",
    );
  });

  it("has room for five hours of slides there", () => {
    const slides = { expectedSeconds: 5 * HOUR_SECONDS, kilobitsPerSecond: 600 };
    expect(budgetProblem({ ...slides, freeBytes: 10e9 })).to.equal(undefined);
  });
});

describe("importProblem", () => {
  it("says nothing when a recording and its outputs fit, to the byte", () => {
    const needed = 2e9 + END_RESERVE_BYTES;
    expect(importProblem(1e9, needed)).to.equal(undefined);
    expect(importProblem(1e9, needed - 1)).to.equal(
      "The scratch disk is too small: 1 GB of recording + 1 GB of outputs + 0.13 GB in reserve = 2.13 GB, but only 2.13 GB are free.",
    );
  });
});

describe("diskLevel", () => {
  const rates = diskRates(CAP_KILOBITS);
  const live = (rates.raw + rates.outputs + rates.botSound) * LIVE_RESERVE_SECONDS;

  it("is scarce when ten minutes more with live outputs would not fit beside an orderly end", () => {
    expect(diskLevel(END_RESERVE_BYTES + live, rates)).to.equal("enough");
    expect(diskLevel(END_RESERVE_BYTES + live - 1, rates)).to.equal("scarce");
  });

  it("is full when only an orderly end fits, however little is recorded", () => {
    expect(diskLevel(END_RESERVE_BYTES, rates)).to.equal("scarce");
    expect(diskLevel(END_RESERVE_BYTES - 1, rates)).to.equal("full");
    expect(diskLevel(END_RESERVE_BYTES - 1, diskRates(1))).to.equal("full");
  });

  it("gives up live outputs long before the recording, at every bit rate", () => {
    for (const kilobits of [100, 600, 1500, CAP_KILOBITS]) {
      expect(diskLevel(END_RESERVE_BYTES * 1.5, diskRates(kilobits))).to.equal("scarce");
    }
  });

  it("keeps half a minute at the bot's limit for an orderly end", () => {
    expect(END_RESERVE_BYTES).to.be.above((rates.raw + rates.botSound) * 30 + 10 * 4.8e6);
  });
});
