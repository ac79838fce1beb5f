import { Firestore } from "@google-cloud/firestore";
import { JobsClient } from "@google-cloud/run";
import { credentials } from "@grpc/grpc-js";
import { BOT_INSTANCES, MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { PassThroughClient } from "google-auth-library";
import { until } from "../../../test/eventually.ts";
import type { ExecutionRecord } from "../../src/cloud-run/execution.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import { isAlive, meetingAt, PATIENCE_MS, startTestSandbox, surely } from "./support.ts";

const MEETING = meetingAt("sandbox=h264&seconds=150");
const OTHER_PROJECT = "demo-other";
const longAgo = () => new Date(Date.now() - 5 * MINUTE);

describe("executions that work for nobody", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;
  let deleted: ExecutionRecord;
  let over: ExecutionRecord;
  let wanted: ExecutionRecord;
  let foreign: ExecutionRecord;

  before(async () => {
    // Managers that would not notice for minutes that their instance is gone.
    const settings = {
      HEARTBEAT_SECONDS: "600",
      HEARTBEAT_LEASE_SECONDS: "1200",
      HEARTBEAT_LOST_SECONDS: "3600",
    };
    sandbox = await startTestSandbox("reconcile", { settings, sweepSeconds: 3600 });
    const instances = sandbox.firestore.collection(BOT_INSTANCES);
    const ids = await Promise.all([record(), record(), record()]);
    [deleted, over, wanted] = ids.map(executionOf) as [typeof deleted, typeof over, typeof wanted];
    foreign = await launchElsewhere();
    await instances.doc(ids[0] ?? "").delete();
    await instances.doc(ids[1] ?? "").update({ status: "cancelled", processed_at: longAgo() });
    for (const execution of [deleted, over, wanted, foreign]) execution.createdAt -= 5 * MINUTE;
  });

  after(() => sandbox?.stop());

  it("are none of the sweep's business", async () => {
    await sandbox.schedules.sweep.fire();
    expect([deleted, over].map(({ cancelRequested }) => cancelRequested)).to.deep.equal([
      false,
      false,
    ]);
  });

  it("are ended by reconciling, with all their processes", async () => {
    await sandbox.schedules.reconcile.fire();
    for (const execution of [deleted, over]) {
      await ended(execution);
      expect(execution.cancelRequested).to.equal(true);
      expect(Object.values(execution.pids).filter(isAlive)).to.deep.equal([]);
    }
  });

  it("are not those of another project or database, nor one that holds its instance", () => {
    for (const execution of [foreign, wanted]) {
      expect(execution.completion).to.equal(undefined);
      expect(execution.cancelRequested).to.equal(false);
      expect(Object.values(execution.pids).map(isAlive)).to.deep.equal([true, true]);
    }
  });

  /** Has a meeting recorded; tells the instance's id. */
  async function record(): Promise<string> {
    const meeting = sandbox.firestore.collection("meetings").doc();
    await surely(() => meeting.set(MEETING));
    const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
    await untilRecording(sandbox.firestore, id);
    return id;
  }

  function executionOf(instanceId: string): ExecutionRecord {
    const path = `${BOT_INSTANCES}/${instanceId}`;
    const found = sandbox.cloudRun
      .executions()
      .find(({ job }) => job.containers.some(({ env }) => env["BOT_INSTANCE_PATH"] === path));
    return found ?? expect.fail(`${path} has no execution`);
  }

  /** Launches the same job for another project, which this one's database knows nothing of. */
  async function launchElsewhere(): Promise<ExecutionRecord> {
    const { cloudRun, projectId, firestoreHost } = sandbox;
    const authClient = new PassThroughClient();
    const elsewhere = new Firestore({
      projectId: OTHER_PROJECT,
      host: firestoreHost,
      ssl: false,
      authClient,
    });
    const jobs = new JobsClient({
      apiEndpoint: cloudRun.host,
      port: cloudRun.port,
      sslCreds: credentials.createInsecure(),
      authClient,
      projectId,
    });
    try {
      const claim = { status: "processing", claim_token: "theirs", wake_at: new Date() };
      await elsewhere.doc(`${BOT_INSTANCES}/foreign`).set({ ...MEETING, ...claim });
      const environment = {
        BOT_INSTANCE_PATH: `${BOT_INSTANCES}/foreign`,
        BOT_SCOPE: `${OTHER_PROJECT}/(default)`,
        CLAIM_TOKEN: "theirs",
        GCP_PROJECT_ID: OTHER_PROJECT,
        GCS_BUCKET: "elsewhere",
      };
      const env = Object.entries(environment).map(([name, value]) => ({ name, value }));
      await jobs.runJob({
        name: jobs.jobPath(projectId, "us-central1", "meeting-bot"),
        overrides: { containerOverrides: [{ name: "manager", env }] },
      });
      await untilRecording(elsewhere, "foreign");
      return executionOf("foreign");
    } finally {
      await jobs.close();
      await elsewhere.terminate();
    }
  }
});

/** Waits for the first stored part: after that the next word of the manager is its heartbeat. */
async function untilRecording(firestore: Firestore, instanceId: string): Promise<void> {
  const instance = firestore.collection(BOT_INSTANCES).doc(instanceId);
  await waitForDocument(instance, (snapshot) => snapshot.get("progress.bytes_stored") || undefined);
}

/** Waits for the end of an execution, which has ten seconds between SIGTERM and SIGKILL. */
async function ended(execution: ExecutionRecord): Promise<void> {
  await until(() => execution.completion !== undefined, 30 * SECOND);
}
