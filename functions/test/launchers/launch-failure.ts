import type { Failure } from "@meeting-bot/core";
import { expect } from "chai";

/** Expects a launch's failure, which is always tried again, and that it asks for an operator or does not. */
export function expectLaunchFailure(failure: Failure | undefined, needsOperator: boolean): void {
  expect(failure).to.include({ code: "LAUNCH_FAILED", stage: "launch", retryable: true });
  expect(failure?.needsOperator ?? false).to.equal(needsOperator);
}
