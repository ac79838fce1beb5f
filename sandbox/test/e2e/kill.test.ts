import { setTimeout as pause } from "node:timers/promises";
import type { DocumentSnapshot } from "@google-cloud/firestore";
import {
  BOT_INSTANCES,
  DEFAULT_LEASE_RULES,
  FirestoreBotInstanceStore,
  namingOf,
  namingSettings,
  readSettings,
  report,
} from "@meeting-bot/core";
import { expect } from "chai";
import type { ExecutionRecord } from "../../src/cloud-run/execution.ts";
import { signal } from "../../src/machine/processes.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import {
  ending,
  isAlive,
  meetingAt,
  objectNames,
  PATIENCE_MS,
  processesOf,
  startTestSandbox,
  surely,
  untilOver,
} from "./support.ts";

const FREEZE_MS = 40_000;

describe("a manager that is killed while it records", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;

  before(async () => {
    const settings = { HEARTBEAT_LEASE_SECONDS: "4", RETRY_BASE_SECONDS: "0.5" };
    sandbox = await startTestSandbox("kill", { settings, sweepSeconds: 1 });
  });

  after(() => sandbox?.stop());

  /** Writes a meeting and waits until something is to be seen of its bot's instance. */
  async function holdMeeting<T>(
    query: string,
    find: (snapshot: DocumentSnapshot) => T | undefined,
  ) {
    const { firestore, cloudRun } = sandbox;
    const meeting = firestore.collection("meetings").doc();
    await surely(() => meeting.set(meetingAt(query)));
    const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
    const instance = firestore.collection(BOT_INSTANCES).doc(id);
    const found = await waitForDocument(instance, find);
    return { meeting, instance, found, first: cloudRun.executions()[0] };
  }

  it("with its whole container is followed by a second attempt; the output holds what both recorded, and its token writes nothing any more", async () => {
    const { firestore, cloudRun } = sandbox;
    const { meeting, instance, found, first } = await holdMeeting(
      "sandbox=h264&seconds=20",
      (snapshot) =>
        snapshot.get("progress.bytes_stored") > 0 ? snapshot.get("claim_token") : undefined,
    );
    const runnerId = (await instance.get()).get("runner_id");
    const [supervisor, ...others] = await processesOf(first, "manager");
    const [bot] = await processesOf(first, "meeting-bot");
    const killedAt = Date.now();

    process.kill(Number(supervisor), "SIGKILL");

    const { instance: ended } = await ending(meeting);
    expect(others).to.have.length.above(0);
    expect([supervisor, ...others, bot].filter((pid) => isAlive(Number(pid)))).to.deep.equal([]);
    expect(ended).to.include({ status: "done", attempt: 2, partial: true });
    expect(cloudRun.executions()).to.have.length(2);
    expect(first?.completion?.state).to.equal("failed");

    const [gap, ...more] = ended["gaps"];
    expect(more).to.deep.equal([]);
    // A part is stored when its first byte is ten seconds old.
    expect(gap.at_seconds).to.be.within(8, 14);
    expect(gap.started_at.toMillis()).to.be.within(killedAt - 15_000, killedAt);
    expect(gap.ended_at.toMillis()).to.be.within(killedAt, ended["recording_ended_at"].toMillis());
    for (const { duration_seconds } of ended["outputs"]) {
      expect(duration_seconds).to.be.closeTo(gap.at_seconds + 20, 0.3);
    }

    const naming = namingOf(readSettings(namingSettings, {}));
    const store = new FirestoreBotInstanceStore(firestore, naming, DEFAULT_LEASE_RULES);
    const late = await store.transact(instance.id, (current, at) =>
      report(current, { token: found, runnerId }, at),
    );
    expect(late).to.include({ ok: false, reason: "superseded" });
    expect((await instance.get()).data()).to.deep.equal(ended);
    await untilOver(sandbox);
    expect((await objectNames(sandbox)).filter((name) => name.includes("/raw/"))).to.be.empty;
  });

  it("alone is started again in its place and goes on with the file: nothing is missing", async () => {
    const { cloudRun } = sandbox;
    const launched = cloudRun.executions().length;
    const { meeting, instance, first } = await holdMeeting("sandbox=h264&seconds=30", (snapshot) =>
      snapshot.get("progress.seconds_recorded") >= 4 ? true : undefined,
    );
    const runnerId = (await instance.get()).get("runner_id");
    const [supervisor, manager] = await processesOf(first, "manager");

    process.kill(Number(manager), "SIGKILL");

    await untilReplaced(first, manager);
    const { instance: ended } = await ending(meeting);
    expect(ended).to.include({ status: "done", attempt: 1, partial: false, runner_id: runnerId });
    expect(ended).to.deep.include({ gaps: [] });
    for (const { duration_seconds } of ended["outputs"]) {
      expect(duration_seconds).to.be.closeTo(30, 0.3);
    }
    expect(cloudRun.executions()).to.have.length(launched + 1);
    expect(first?.pids["manager"]).to.equal(supervisor);
  });
});

/** Waits until a supervisor has started another process in a manager's place; mocha's time-out is the bound. */
async function untilReplaced(execution: ExecutionRecord | undefined, manager: number | undefined) {
  let successor = manager;
  while (successor === undefined || successor === manager) {
    [, successor] = await processesOf(execution, "manager");
  }
}

describe("a manager that is frozen for 40 seconds while it records", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startTestSandbox("freeze", { sweepSeconds: 1 });
  });

  after(() => sandbox?.stop());

  it("keeps its lease and finishes in the same attempt", async () => {
    const { firestore, cloudRun } = sandbox;
    const meeting = firestore.collection("meetings").doc();
    await surely(() => meeting.set(meetingAt("sandbox=h264&seconds=10")));
    const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
    await waitForDocument(firestore.collection(BOT_INSTANCES).doc(id), (snapshot) =>
      snapshot.get("phase") === "recording" ? true : undefined,
    );
    const container = await processesOf(cloudRun.executions()[0], "manager");
    expect(container).to.have.length.above(1);

    for (const pid of container) signal(pid, "SIGSTOP");
    // The freeze itself: what is tested is that so much real time may pass.
    await pause(FREEZE_MS);
    for (const pid of container) signal(pid, "SIGCONT");

    const { instance } = await ending(meeting);
    expect(instance).to.include({ status: "done", attempt: 1, partial: false });
    expect(cloudRun.executions()).to.have.length(1);
  });
});
