import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import { jobOf, shell } from "../../../../sandbox/test/cloud-run/local-cloud-run.ts";
import { expectLaunchFailure } from "../launch-failure.ts";
import { NOWHERE } from "../launcher-contract/link.ts";
import { CloudRunUnderTest, connectTo, REQUEST } from "./launcher-under-test.ts";

/** What each code means for a launch: how the user is told, and whether an operator has to mend it. */
const REFUSALS: [code: status, told: RegExp, needsOperator: boolean][] = [
  [status.NOT_FOUND, /no Cloud Run job "recorder" in us-central1 of project demo-test/, true],
  [status.PERMISSION_DENIED, /grant it roles\/run\.jobsExecutorWithOverrides/, true],
  [status.UNAUTHENTICATED, /credentials/, true],
  [status.INVALID_ARGUMENT, /deploy\/cloud-run\/job\.yaml/, true],
  [status.FAILED_PRECONDITION, /not ready/, true],
  [status.RESOURCE_EXHAUSTED, /capacity or quota/, false],
];
const UNKNOWN = [
  status.UNAVAILABLE,
  status.UNKNOWN,
  status.INTERNAL,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.CANCELLED,
  status.DATA_LOSS,
  status.ALREADY_EXISTS,
];

describe("CloudRunLauncher, refused", function () {
  this.timeout(20_000);

  let cloud: CloudRunUnderTest;
  before(async () => {
    cloud = await CloudRunUnderTest.start(
      jobOf([shell("manager", "true")], { name: "without-a-bot" }),
      jobOf([shell("meeting-bot", "true")], { name: "without-a-manager" }),
    );
  });
  after(() => cloud.run.stop());

  for (const [code, told, needsOperator] of REFUSALS) {
    it(`with ${status[code]} says so in words that help`, async () => {
      const message = "the platform's own words";
      cloud.run.server.inject({ kind: "refuse", code, message });
      const outcome = await cloud.launcher.launch(REQUEST);
      if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
      expectLaunchFailure(outcome.failure, needsOperator);
      expect(outcome.failure.message).to.match(told);
      expect(outcome.failure.platformReason).to.contain(message);
    });
  }

  for (const code of UNKNOWN) {
    it(`with ${status[code]} leaves it open what came of it`, async () => {
      cloud.run.server.inject({ kind: "refuse", code, message: "hm" });
      const outcome = await cloud.launcher.launch(REQUEST);
      expect(outcome).to.include({ kind: "unknown" });
      expect(outcome).to.have.property("reason").that.contains("hm");
    });
  }

  it("for want of a connection may be tried again", async () => {
    const outcome = await (await connectTo(NOWHERE, 1)).launch(REQUEST);
    if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
    expectLaunchFailure(outcome.failure, false);
    expect(outcome.failure.message).to.match(/not be reached/);
  });

  it("for want of a job says which is missing and the command that creates it", async () => {
    const outcome = await cloud.launcherOf("nothing").launch(REQUEST);
    expect(outcome).to.have.nested.property("failure.message").that.contains('"nothing"');
    expect(outcome)
      .to.have.nested.property("failure.message")
      .that.contains("gcloud run jobs replace job.yaml --region us-central1 --project demo-test");
  });

  for (const name of ["without-a-manager", "without-a-bot"]) {
    it(`by a job ${name.replaceAll("-", " ")} asks for an operator`, async () => {
      const outcome = await cloud.launcherOf(name).launch(REQUEST);
      expect(outcome).to.have.nested.property("failure.needsOperator", true);
    });
  }
});
