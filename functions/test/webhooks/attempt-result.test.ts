import type { AttemptResult } from "@meeting-bot/core";
import { expect } from "chai";
import { attemptResult, parseRetryAfter } from "../../src/webhooks/attempt-result.ts";

const NOW = Date.UTC(2030, 0, 31, 9, 0, 0);

const STATUSES: Readonly<Record<number, AttemptResult>> = {
  200: { kind: "accepted", statusCode: 200 },
  204: { kind: "accepted", statusCode: 204 },
  301: { kind: "refused", statusCode: 301 },
  302: { kind: "refused", statusCode: 302 },
  304: { kind: "refused", statusCode: 304 },
  308: { kind: "refused", statusCode: 308 },
  400: { kind: "refused", statusCode: 400 },
  404: { kind: "refused", statusCode: 404 },
  410: { kind: "gone" },
  429: { kind: "refused", statusCode: 429 },
  500: { kind: "refused", statusCode: 500 },
  503: { kind: "refused", statusCode: 503 },
};

describe("attemptResult", () => {
  for (const [status, result] of Object.entries(STATUSES)) {
    it(`takes ${status} for ${result.kind}`, () => {
      const outcome = { kind: "answered", statusCode: Number(status) } as const;
      expect(attemptResult(outcome, NOW)).to.deep.equal(result);
    });
  }

  it("hands on how long the endpoint wants to be left alone", () => {
    const outcome = { kind: "answered", statusCode: 429, retryAfter: "120" } as const;
    expect(attemptResult(outcome, NOW)).to.deep.include({ retryAfterSeconds: 120 });
  });

  it("hands on why there was no answer", () => {
    const outcome = { kind: "unreachable", problem: "The connection failed: ECONNRESET." } as const;
    expect(attemptResult(outcome, NOW)).to.deep.equal(outcome);
  });
});

describe("parseRetryAfter", () => {
  const TABLE: readonly [value: string | undefined, seconds: number | undefined][] = [
    ["0", 0],
    ["120", 120],
    ["Thu, 31 Jan 2030 09:02:00 GMT", 120],
    ["Thu, 31 Jan 2030 08:00:00 GMT", 0],
    [undefined, undefined],
    ["", undefined],
    ["soon", undefined],
    ["9".repeat(400), undefined],
  ];

  for (const [value, seconds] of TABLE) {
    it(`reads ${seconds} from ${JSON.stringify(value?.slice(0, 40))}`, () => {
      expect(parseRetryAfter(value, NOW)).to.equal(seconds);
    });
  }
});
