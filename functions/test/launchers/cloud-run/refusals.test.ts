import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import { jobOf, shell } from "../../../../sandbox/test/cloud-run/local-cloud-run.ts";
import { NOWHERE } from "../launcher-contract/link.ts";
import { CloudRunUnderTest, connectTo, REQUEST } from "./launcher-under-test.ts";

/** What each code means for a launch: how the user is told, and whether it may work later. */
const REFUSALS: [code: status, told: RegExp, retryable: boolean][] = [
  [status.NOT_FOUND, /no Cloud Run job "recorder" in us-central1 of project demo-test/, false],
  [status.PERMISSION_DENIED, /grant it roles\/run\.jobsExecutorWithOverrides/, false],
  [status.UNAUTHENTICATED, /credentials/, false],
  [status.INVALID_ARGUMENT, /deploy\/cloud-run\/job\.yaml/, false],
  [status.FAILED_PRECONDITION, /not ready/, false],
  [status.RESOURCE_EXHAUSTED, /capacity or quota/, true],
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

  for (const [code, told, retryable] of REFUSALS) {
    it(`with ${status[code]} says so in words that help`, async () => {
      const message = "the platform's own words";
      cloud.run.server.inject({ kind: "refuse", code, message });
      const outcome = await cloud.launcher.launch(REQUEST);
      if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
      expect(outcome.failure).to.include({ code: "LAUNCH_FAILED", stage: "launch", retryable });
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
    expect(outcome).to.include({ kind: "refused" });
    expect(outcome)
      .to.have.nested.property("failure.message")
      .that.matches(/not be reached/);
    expect(outcome).to.have.nested.property("failure.retryable", true);
  });

  it("for want of a job says which is missing and the command that creates it", async () => {
    const outcome = await cloud.launcherOf("nothing").launch(REQUEST);
    expect(outcome).to.have.nested.property("failure.message").that.contains('"nothing"');
    expect(outcome)
      .to.have.nested.property("failure.message")
      .that.contains("gcloud run jobs replace job.yaml --region us-central1 --project demo-test");
  });

  for (const name of ["without-a-manager", "without-a-bot"]) {
    it(`by a job ${name.replaceAll("-", " ")} has no hope`, async () => {
      const outcome = await cloud.launcherOf(name).launch(REQUEST);
      expect(outcome).to.have.nested.property("failure.retryable", false);
    });
  }
});
