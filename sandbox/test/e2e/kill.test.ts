import { setTimeout as pause } from "node:timers/promises";
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
import type { Sandbox } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import { ending, isAlive, meetingAt, startTestSandbox } from "./support.ts";

const FREEZE_MS = 40_000;

describe("a manager that is killed while it records", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;

  before(async () => {
    const settings = { HEARTBEAT_LEASE_SECONDS: "4", RETRY_BASE_SECONDS: "0.5" };
    sandbox = await startTestSandbox("kill", { settings, sweepSeconds: 1 });
  });

  after(() => sandbox?.stop());

  it("is followed by one second attempt; its token writes nothing any more, and its bot is gone", async () => {
    const { firestore, cloudRun } = sandbox;
    const meeting = firestore.collection("meetings").doc();
    await meeting.set(meetingAt("sandbox=h264&seconds=12"));
    const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
    const instance = firestore.collection(BOT_INSTANCES).doc(id);
    const token = await waitForDocument(instance, (snapshot) =>
      snapshot.get("phase") === "recording" ? snapshot.get("claim_token") : undefined,
    );
    const runnerId = (await instance.get()).get("runner_id");
    const [first] = cloudRun.executions();
    expect(first?.pids).to.have.keys("manager", "meeting-bot");

    process.kill(Number(first?.pids["manager"]), "SIGKILL");

    const { instance: ended } = await ending(meeting);
    expect(ended).to.include({ status: "done", attempt: 2 });
    expect(cloudRun.executions()).to.have.length(2);
    expect(first?.completion?.state).to.equal("failed");
    expect(isAlive(Number(first?.pids["meeting-bot"]))).to.equal(false);

    const naming = namingOf(readSettings(namingSettings, {}));
    const store = new FirestoreBotInstanceStore(firestore, naming, DEFAULT_LEASE_RULES);
    const late = await store.transact(id, (current, at) =>
      report(current, { token, runnerId }, at),
    );
    expect(late).to.include({ ok: false, reason: "superseded" });
    expect((await instance.get()).data()).to.deep.equal(ended);
  });
});

describe("a manager that is frozen for 40 seconds while it records", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startTestSandbox("freeze", { sweepSeconds: 1 });
  });

  after(() => sandbox?.stop());

  it("keeps its lease and finishes in the same attempt", async () => {
    const { firestore, cloudRun } = sandbox;
    const meeting = firestore.collection("meetings").doc();
    await meeting.set(meetingAt("sandbox=h264&seconds=10"));
    const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
    await waitForDocument(firestore.collection(BOT_INSTANCES).doc(id), (snapshot) =>
      snapshot.get("phase") === "recording" ? true : undefined,
    );
    const manager = Number(cloudRun.executions()[0]?.pids["manager"]);

    process.kill(manager, "SIGSTOP");
    // The freeze itself: what is tested is that so much real time may pass.
    await pause(FREEZE_MS);
    process.kill(manager, "SIGCONT");

    const { instance } = await ending(meeting);
    expect(instance).to.include({ status: "done", attempt: 1, partial: false });
    expect(cloudRun.executions()).to.have.length(1);
  });
});
