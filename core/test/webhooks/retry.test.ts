import { expect } from "chai";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/time.ts";
import type { AttemptResult } from "../../src/webhooks/attempt.ts";
import { MAX_DELIVERY_ATTEMPTS, retryAt } from "../../src/webhooks/retry.ts";
import { NOW } from "../support/instances.ts";

const SILENCE: AttemptResult = { kind: "unreachable", problem: "No answer came." };
const answered = (statusCode: number, retryAfterSeconds?: number): AttemptResult => ({
  kind: "refused",
  statusCode,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});
const pauseAfter = (attempt: number, result: AttemptResult, random = 0) => {
  const at = retryAt(attempt, result, NOW, random);
  return at === undefined ? undefined : at - NOW;
};

describe("the schedule of retries", () => {
  it("is that of Standard Webhooks", () => {
    const pauses = Array.from({ length: 10 }, (_, index) => pauseAfter(index + 1, SILENCE));
    expect(pauses).to.deep.equal([
      5 * SECOND,
      5 * MINUTE,
      30 * MINUTE,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      14 * HOUR,
      20 * HOUR,
      24 * HOUR,
      undefined,
    ]);
    expect(MAX_DELIVERY_ATTEMPTS).to.equal(10);
  });

  it("is spread by up to a fifth, later and never earlier", () => {
    expect(pauseAfter(2, SILENCE, 0.5)).to.equal(5.5 * MINUTE);
    expect(pauseAfter(2, answered(429, 600), 0.5)).to.equal(11 * MINUTE);
  });

  for (const status of [300, 301, 308, 400, 401, 404, 500, 501, 505]) {
    it(`is kept after ${status}, whatever else the answer asks for`, () => {
      expect(pauseAfter(2, answered(status, 3600))).to.equal(5 * MINUTE);
    });
  }

  for (const status of [429, 502, 503, 504]) {
    it(`is slowed down after ${status}`, () => {
      expect(pauseAfter(2, answered(status))).to.equal(10 * MINUTE);
      expect(pauseAfter(2, answered(status, 3600))).to.equal(HOUR);
      expect(pauseAfter(2, answered(status, 1))).to.equal(5 * MINUTE);
      expect(pauseAfter(2, answered(status, 1e9))).to.equal(DAY);
      expect(pauseAfter(10, answered(status, 60))).to.equal(undefined);
    });
  }
});
