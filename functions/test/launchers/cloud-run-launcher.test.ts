import { status } from "@grpc/grpc-js";
import {
  type Execution,
  HOUR,
  type Launcher,
  type LaunchRequest,
  MINUTE,
  type RunningExecution,
} from "@meeting-bot/core";
import { expect } from "chai";
import { queued } from "../../../core/test/support/instances.ts";
import { obstacles } from "../../../sandbox/src/cloud-run/obstacles.ts";
import { jobOf, shell, TestCloudRun } from "../../../sandbox/test/cloud-run/local-cloud-run.ts";
import { eventually } from "../../../test/eventually.ts";
import { readConfig } from "../../src/config.ts";
import { CloudRunLauncher, connectCloudRun } from "../../src/launchers/cloud-run-launcher.ts";
import { buildLauncher } from "../../src/launchers/registry.ts";

const SCOPE = "demo-test/(default)";
const REQUEST: LaunchRequest = {
  instance: queued(),
  token: "token",
  environment: { CLAIM_TOKEN: "token", BOT_INSTANCE_PATH: "bot_instances/x", BOT_SCOPE: SCOPE },
  botEnvironment: { NODE_ENV: "test" },
  timeoutSeconds: 45,
};
const JOB = {
  projectId: "demo-test",
  region: "us-central1",
  job: "recorder",
  timeoutMs: 10_000,
  longestRunMs: HOUR,
};
/** What a container prints of its environment. */
const SEEN = "token=$CLAIM_TOKEN node=$NODE_ENV";
/** A launch whose manager runs a script before it waits. */
const scripted = (script: string): Partial<LaunchRequest> => ({
  environment: { ...REQUEST.environment, SCRIPT: script },
});
const gone = { launcher: "cloud-run", name: "projects/p/locations/l/jobs/j/executions/gone" };

async function listed(launcher: Launcher, scope: string): Promise<RunningExecution[]> {
  const running: RunningExecution[] = [];
  for await (const execution of launcher.list(scope)) running.push(execution);
  return running;
}

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
      jobOf([
        shell("manager", `echo "manager ${SEEN}"; eval "$SCRIPT"; exec sleep 60`),
        shell("meeting-bot", `echo "bot ${SEEN}"; exec sleep 60`),
      ]),
      jobOf([shell("manager", "true")], { name: "without-a-bot" }),
      jobOf([shell("meeting-bot", "true")], { name: "without-a-manager" }),
    ]);
    launcher = new CloudRunLauncher(run.jobs, run.executions, JOB);
  });
  after(() => run.stop());

  async function launched(request = REQUEST): Promise<{ launcher: string; name: string }> {
    const outcome = await launcher.launch(request);
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

    it("gives each container the environment that is meant for it, and no other", async () => {
      const { name } = await launched();
      expect(await run.logged(name, "manager", /manager (.*)/)).to.equal("token=token node=");
      expect(await run.logged(name, "meeting-bot", /bot (.*)/)).to.equal("token= node=test");
    });

    it("has the platform end it after its own time-out, whatever the job's is", async () => {
      const { name } = await launched();
      const [execution] = await run.executions.getExecution({ name });
      expect(execution.template?.timeout?.seconds).to.equal("45");
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

    for (const name of ["without-a-manager", "without-a-bot"]) {
      it(`is refused by a job ${name.replaceAll("-", " ")}`, async () => {
        const job = { ...JOB, job: name };
        const outcome = await new CloudRunLauncher(run.jobs, run.executions, job).launch(REQUEST);
        expect(outcome).to.have.nested.property("failure.retryable", false);
      });
    }
  });

  describe("inspecting and cancelling", () => {
    const ended = (execution: Execution) =>
      eventually(async () => {
        const found = await launcher.inspect(execution);
        return found.state === "running" ? undefined : found;
      });

    it("tells that an execution runs, ends it, and tells with what words it ended", async () => {
      const execution = await launched();
      expect(await launcher.inspect(execution)).to.deep.equal({ state: "running" });
      await launcher.cancel(execution);
      expect(await ended(execution)).to.deep.equal({
        state: "ended",
        reason:
          "it was cancelled, by an operator or because it had been silent (Cancelled by user.)",
      });
    });

    const deaths: Record<string, [more: Partial<LaunchRequest>, told: RegExp]> = {
      "a container that is killed": [scripted("kill -9 $$"), /^a container was killed, .* 137/],
      "a container that fails": [scripted("exit 13"), /^a container failed with exit code 13 /],
      "its time-out": [{ timeoutSeconds: 1 }, /^it reached its time-out \(Task /],
    };
    for (const [name, [more, told]] of Object.entries(deaths)) {
      it(`tells of ${name}, and does not say that it never ran`, async () => {
        const verdict = await ended(await launched({ ...REQUEST, ...more }));
        expect(verdict).to.have.property("reason").that.matches(told);
        expect(verdict).to.not.have.property("neverRan");
      });
    }

    const retryable: Record<keyof typeof obstacles, boolean> = {
      "image-not-found": false,
      "image-forbidden": false,
      "no-quota": true,
    };
    for (const [name, { message }] of Object.entries(obstacles)) {
      it(`tells that it never ran because of ${name}, and whether another one could`, async () => {
        const obstacle = name as keyof typeof obstacles;
        run.server.inject({ kind: "obstacle", obstacle });
        const verdict = await ended(await launched());
        expect(verdict).to.have.property("reason").that.contains(message);
        expect(verdict).to.deep.include({ neverRan: { retryable: retryable[obstacle] } });
      });
    }

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

  describe("listing", () => {
    const inScope = (scope: string): LaunchRequest => ({
      ...REQUEST,
      environment: { ...REQUEST.environment, BOT_SCOPE: scope },
    });

    it("tells of what runs in one's own scope: the instance, the claim and since when", async () => {
      const execution = await launched(inScope("listing/one"));
      const [running, ...others] = await listed(launcher, "listing/one");
      expect(running).to.deep.include({ execution, instanceId: "x", token: "token" });
      expect(Date.now() - Number(running?.startedAt)).to.be.within(0, 5000);
      expect(others).to.deep.equal([]);
    });

    it("leaves out what has ended, and what somebody ran by hand", async () => {
      const execution = await launched(inScope("listing/ended"));
      await launcher.cancel(execution);
      await run.ended(execution.name);
      await run.run();
      expect(await listed(launcher, "listing/ended")).to.deep.equal([]);
    });

    it("goes on past the first page, and not past what must have ended by now", async () => {
      const names = async () =>
        (await listed(launcher, "listing/many")).map(({ execution }) => execution.name);
      const older = await launched(inScope("listing/many"));
      const younger = await launched(inScope("listing/many"));
      run.server.inject({ kind: "obstacle", obstacle: "no-quota" }, 120);
      for (let count = 0; count < 120; count++) await launched(inScope("listing/many"));
      expect(await names()).to.deep.equal([younger.name, older.name]);
      const record = run.server.executions().find(({ name }) => name === older.name);
      if (record) record.createdAt -= JOB.longestRunMs + MINUTE;
      expect(await names()).to.deep.equal([younger.name]);
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
      for (const asked of [connected.cancel(gone), listed(connected, SCOPE)]) {
        const failed = await asked.catch((error: unknown) => error);
        expect(failed).to.be.an("error");
      }
    });
  });
});
