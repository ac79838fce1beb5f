import { expect } from "chai";
import { failure, launchFailure } from "../src/errors.ts";

describe("launchFailure", () => {
  it("may always be tried again, whatever else is known of it", () => {
    expect(launchFailure("Full.")).to.deep.equal(failure("LAUNCH_FAILED", "launch", "Full."));
    const mendable = launchFailure("No job.", { needsOperator: true, platformReason: "5" });
    expect(mendable).to.deep.equal({
      code: "LAUNCH_FAILED",
      stage: "launch",
      message: "No job.",
      retryable: true,
      needsOperator: true,
      platformReason: "5",
    });
    const passing = launchFailure("Full.", { needsOperator: false, platformReason: "8" });
    expect(passing).to.not.have.property("needsOperator");
  });
});
