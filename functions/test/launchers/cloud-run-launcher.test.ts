import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import { queued } from "../../../core/test/support/instances.ts";
import {
  eventually,
  jobOf,
  shell,
  TestCloudRun,
} from "../../../sandbox/test/cloud-run/local-cloud-run.ts";
import { readConfig } from "../../src/config.ts";
import { CloudRunLauncher, connectCloudRun } from "../../src/launchers/cloud-run-launcher.ts";
import { buildLauncher } from "../../src/launchers/registry.ts";

const REQUEST = {
  instance: queued(),
  token: "token",
  environment: { CLAIM_TOKEN: "token", A: "1" },
};
const JOB = { projectId: "demo-test", region: "us-central1", job: "recorder", timeoutMs: 10_000 };
const gone = { launcher: "cloud-run", name: "projects/p/locations/l/jobs/j/executions/gone" };

/** What each code means for a launch: how the user is told, and whether it may work later. */
const REFUSALS: [code: status, told: RegExp, retryable: boolean][] = [
  [status.NOT_FOUND, /no Cloud Run job "recorder" in us-central1 of project demo-test/, false],
  [status.PERMISSION_DENIED, /grant it roles\/run\.jobsExecutorWithOverrides/, false],
  [status.UNAUTHENTICATED, /credentials/, false],
  [status.INVALID_ARGUMENT, /deploy\/cloud-run\/job\.yaml/, false],
  [status.FAILED_PRECONDITION, /not ready/, false],
  [status.RESOURCE_EXHAUSTED, /capacity or quota/, true],
  [status.UNAVAILABLE, /could not be reached/, true],
];
const UNKNOWN = [
  status.UNKNOWN,
  status.INTERNAL,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.CANCELLED,
  status.DATA_LOSS,
  status.ALREADY_EXISTS,
];

describe("CloudRunLauncher", function () {
  this.timeout(20_000);

  let run: TestCloudRun;
  let launcher: CloudRunLauncher;
  before(async () => {
    run = await TestCloudRun.start([
      jobOf([shell("manager", 'echo "token $CLAIM_TOKEN"; exec sleep 60')]),
      jobOf([shell("other", "true")], { name: "without-a-manager" }),
    ]);
    launcher = new CloudRunLauncher(run.jobs, run.executions, JOB);
  });
  after(() => run.stop());

  async function launched(): Promise<{ launcher: string; name: string }> {
    const outcome = await launcher.launch(REQUEST);
    if (outcome.kind !== "launched") throw new Error(`not launched but ${outcome.kind}`);
    return outcome.execution;
  }

  describe("launching", () => {
    it("starts one execution, and tells its name without waiting for its end", async () => {
      const before = run.server.executions().length;
      const execution = await launched();
      expect(execution).to.include({ launcher: "cloud-run" });
      expect(run.server.executions()).to.have.length(before + 1);
      const [newest] = run.server.executions();
      expect(newest?.name).to.equal(execution.name);
      expect(newest?.completion).to.equal(undefined);
    });

    it("gives the environment to the manager's container", async () => {
      const { name } = await launched();
      expect(await run.logged(name, "manager", /token (.*)/)).to.equal("token");
    });

    for (const [code, told, retryable] of REFUSALS) {
      it(`is refused with ${status[code]}, in words that help`, async () => {
        const before = run.server.executions().length;
        run.server.inject({ kind: "refuse", code, message: "the platform's own words" });
        const outcome = await launcher.launch(REQUEST);
        if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
        expect(outcome.failure).to.include({ code: "LAUNCH_FAILED", stage: "launch", retryable });
        expect(outcome.failure.message).to.match(told);
        expect(outcome.failure.platformReason).to.contain("the platform's own words");
        expect(run.server.executions()).to.have.length(before);
      });
    }

    for (const code of UNKNOWN) {
      it(`has an unknown outcome after ${status[code]}`, async () => {
        run.server.inject({ kind: "refuse", code, message: "hm" });
        const outcome = await launcher.launch(REQUEST);
        expect(outcome).to.include({ kind: "unknown" });
        expect(outcome).to.have.property("reason").that.contains("hm");
      });
    }

    it("has an unknown outcome when no answer comes in time, and is not repeated", async () => {
      const impatient = new CloudRunLauncher(run.jobs, run.executions, { ...JOB, timeoutMs: 300 });
      const before = run.server.executions().length;
      run.server.inject({ kind: "silent" });
      expect(await impatient.launch(REQUEST)).to.include({ kind: "unknown" });
      expect(run.server.executions()).to.have.length(before + 1);
    });

    it("says which job is missing and the command that creates it", async () => {
      const lost = new CloudRunLauncher(run.jobs, run.executions, { ...JOB, job: "nothing" });
      const outcome = await lost.launch(REQUEST);
      expect(outcome).to.have.nested.property("failure.message").that.contains('"nothing"');
      expect(outcome)
        .to.have.nested.property("failure.message")
        .that.contains("gcloud run jobs replace job.yaml --region us-central1 --project demo-test");
    });

    it("is refused by a job that has no container for the manager", async () => {
      const job = { ...JOB, job: "without-a-manager" };
      const outcome = await new CloudRunLauncher(run.jobs, run.executions, job).launch(REQUEST);
      expect(outcome).to.have.nested.property("failure.retryable", false);
    });
  });

  describe("inspecting and cancelling", () => {
    it("tells that an execution runs, ends it, and tells with what words it ended", async () => {
      const execution = await launched();
      expect(await launcher.inspect(execution)).to.deep.equal({ state: "running" });
      await launcher.cancel(execution);
      const verdict = await eventually(async () => {
        const found = await launcher.inspect(execution);
        return found.state === "running" ? undefined : found;
      });
      expect(verdict).to.deep.equal({ state: "ended", reason: "Cancelled by user." });
    });

    it("lets an execution be cancelled that has ended, or is not there", async () => {
      const execution = await launched();
      await launcher.cancel(execution);
      await run.ended(execution.name);
      await launcher.cancel(execution);
      await launcher.cancel(gone);
    });

    it("tells of an execution that is not there", async () => {
      expect(await launcher.inspect(gone)).to.deep.equal({ state: "not-found" });
    });
  });

  describe("connected by the configuration", () => {
    const configFor = (endpoint: string) =>
      readConfig({
        GCP_PROJECT_ID: "demo-test",
        GCS_BUCKET: "bucket",
        CLOUD_RUN_JOB: "recorder",
        CLOUD_RUN_ENDPOINT: endpoint,
        LAUNCH_TIMEOUT_SECONDS: "1",
      });

    it("launches at the stand-in that is named", async () => {
      const { host, port } = run.server;
      const connected = await buildLauncher(configFor(`${host}:${port}`));
      expect(await connected.launch(REQUEST)).to.include({ kind: "launched" });
    });

    it("tells a platform that cannot be asked from one that knows of nothing", async () => {
      const connected = connectCloudRun(configFor("127.0.0.1:1"));
      expect(await connected.inspect(gone)).to.include({ state: "unreachable" });
      const failed = await connected.cancel(gone).catch((error: unknown) => error);
      expect(failed).to.be.an("error");
    });
  });
});
