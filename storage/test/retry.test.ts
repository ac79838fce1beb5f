import { StorageError } from "@meeting-bot/core";
import { expect } from "chai";
import { DEFAULT_RETRY, Retry, retryDelayMs, retrying } from "../src/retry.ts";

const QUICK = { tries: 3, firstDelayMs: 1, maxDelayMs: 1 };
const DOWN = new StorageError("unavailable", "down");
const FORBIDDEN = new StorageError("forbidden", "no");
const explain = (error: unknown) => (error === FORBIDDEN ? FORBIDDEN : DOWN);

describe("retries", () => {
  it("pause twice as long each time, up to a bound, give or take a half", () => {
    const delays = [1, 2, 3, 7, 50].map((failures) => retryDelayMs(DEFAULT_RETRY, failures, 0.5));
    expect(delays).to.deep.equal([500, 1000, 2000, 30_000, 30_000]);
    expect(retryDelayMs(DEFAULT_RETRY, 1, 0)).to.equal(250);
    expect(retryDelayMs(DEFAULT_RETRY, 1, 0.999)).to.be.below(750);
  });

  it("end with the first success", async () => {
    let tries = 0;
    const attempt = async () => {
      tries++;
      if (tries < 3) throw DOWN;
      return "done";
    };
    expect(await retrying(attempt, QUICK, explain)).to.equal("done");
  });

  for (const [error, expected] of [
    [DOWN, 3],
    [FORBIDDEN, 1],
  ] as const) {
    it(`are made ${expected - 1} times for ${error.code}`, async () => {
      let tries = 0;
      const attempt = async () => {
        tries++;
        throw error;
      };
      expect(await retrying(attempt, QUICK, explain).catch((thrown: unknown) => thrown)).to.equal(
        error,
      );
      expect(tries).to.equal(expected);
    });
  }

  it("start anew with progress", async () => {
    const retry = new Retry(QUICK);
    for (let i = 0; i < 10; i++) {
      await retry.failed(DOWN);
      retry.progressed();
    }
    await retry.failed(DOWN);
    await retry.failed(DOWN);
    expect(await retry.failed(DOWN).catch((thrown: unknown) => thrown)).to.equal(DOWN);
  });

  it("pause no longer when they are called off", async () => {
    const retry = new Retry(
      { ...QUICK, firstDelayMs: 60_000, maxDelayMs: 60_000 },
      AbortSignal.abort(),
    );
    expect(await retry.failed(DOWN).catch((thrown: unknown) => thrown)).to.include({
      name: "AbortError",
    });
  });
});
