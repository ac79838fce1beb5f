import { type Execution, HOUR, type Launcher, type LaunchRequest } from "@meeting-bot/core";
import { queued } from "../../../../core/test/support/instances.ts";
import type { JobSpec } from "../../../../sandbox/src/cloud-run/job-spec.ts";
import { jobOf, shell, TestCloudRun } from "../../../../sandbox/test/cloud-run/local-cloud-run.ts";
import { readConfig } from "../../../src/config.ts";
import { type CloudRunJob, CloudRunLauncher } from "../../../src/launchers/cloud-run/launcher.ts";
import { buildLauncher } from "../../../src/launchers/registry.ts";

/** A launch, nothing special about it. */
export const REQUEST: LaunchRequest = {
  instance: queued(),
  token: "token",
  environment: { CLAIM_TOKEN: "token", BOT_INSTANCE_PATH: "bot_instances/x", BOT_SCOPE: "p/d" },
  botEnvironment: {},
  timeoutSeconds: 45,
};

/** What every deployment must say. */
export const PROJECT = { GCP_PROJECT_ID: "demo-test", GCS_BUCKET: "bucket" };

/** The launcher of a deployment that finds Cloud Run at `address` (`host:port`). */
export function connectTo(address: string, timeoutSeconds: number): Promise<Launcher> {
  const environment = {
    ...PROJECT,
    CLOUD_RUN_ENDPOINT: address,
    LAUNCH_TIMEOUT_SECONDS: String(timeoutSeconds),
  };
  return buildLauncher(readConfig(environment));
}

/** The job that is launched unless a test says otherwise. */
export const JOB: CloudRunJob = {
  projectId: "demo-test",
  region: "us-central1",
  job: "recorder",
  timeoutMs: 10_000,
  longestRunMs: HOUR,
};

/** A local Cloud Run with a launcher of its job `recorder`, whose containers wait to be ended. */
export class CloudRunUnderTest {
  readonly run: TestCloudRun;
  readonly launcher: CloudRunLauncher;

  constructor(run: TestCloudRun) {
    this.run = run;
    this.launcher = this.launcherOf("recorder");
  }

  static async start(...others: JobSpec[]): Promise<CloudRunUnderTest> {
    const recorder = jobOf(["manager", "meeting-bot"].map((name) => shell(name, "exec sleep 60")));
    return new CloudRunUnderTest(await TestCloudRun.start([recorder, ...others]));
  }

  launcherOf(job: string): CloudRunLauncher {
    return new CloudRunLauncher(this.run.jobs, this.run.executions, { ...JOB, job });
  }

  /** Launches, which must succeed. */
  async launched(request = REQUEST): Promise<Execution> {
    const outcome = await this.launcher.launch(request);
    if (outcome.kind === "launched") return outcome.execution;
    throw new Error(`not launched but ${outcome.kind}`);
  }
}
