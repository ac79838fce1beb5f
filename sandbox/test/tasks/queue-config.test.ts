import { expect } from "chai";
import { backoffSeconds, queueConfig } from "../../src/tasks/queue-config.ts";

describe("queueConfig", () => {
  it("has the defaults of Cloud Functions where nothing is said", () => {
    const { rateLimits, retryConfig } = queueConfig({ retryConfig: { maxAttempts: 5 } });
    expect(rateLimits).to.deep.equal({
      maxConcurrentDispatches: 1000,
      maxDispatchesPerSecond: 500,
    });
    expect(retryConfig).to.include({ maxAttempts: 5, minBackoffSeconds: 0.1 });
  });
});

describe("backoffSeconds", () => {
  it("doubles, then grows evenly, then stays at the maximum", () => {
    // The example in Cloud Tasks' documentation of RetryConfig.max_doublings.
    const retry = {
      maxAttempts: 99,
      minBackoffSeconds: 10,
      maxBackoffSeconds: 300,
      maxDoublings: 3,
    };
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => backoffSeconds(attempt, retry));
    expect(waits).to.deep.equal([10, 20, 40, 80, 160, 240, 300, 300]);
  });
});
