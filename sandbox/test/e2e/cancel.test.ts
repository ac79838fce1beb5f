import { expect } from "chai";
import type { Sandbox } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import { ending, isAlive, meetingAt, PATIENCE_MS, startTestSandbox, surely } from "./support.ts";

describe("a meeting that is cancelled", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startTestSandbox("cancel", { sweepSeconds: 2 });
  });

  after(() => sandbox?.stop());

  it("while its bot records keeps what was recorded, and the bot leaves at once", async () => {
    const { firestore, cloudRun } = sandbox;
    const meeting = firestore.collection("meetings").doc();
    await surely(() => meeting.set(meetingAt("sandbox=h264&seconds=600")));
    const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
    const instance = firestore.doc(`bot_instances/${id}`);
    await waitForDocument(instance, (snapshot) =>
      snapshot.get("progress.seconds_recorded") >= 4 ? true : undefined,
    );

    await surely(() => meeting.update({ status: "cancelled" }));

    await waitForDocument(instance, (snapshot) =>
      snapshot.get("status") === "done" ? true : undefined,
    );
    const after = (await instance.get()).data();
    expect(after).to.include({ partial: true, attempt: 1 });
    expect(after?.["outputs"]).to.have.length(2);
    expect(after?.["outputs"][0].duration_seconds).to.be.within(4, 30);
    expect((await meeting.get()).data()).to.deep.include({ bot_instance_id: null });
    const [execution] = cloudRun.executions();
    expect(isAlive(Number(execution?.pids["meeting-bot"]))).to.equal(false);
  });

  it("before its bot is sent gets none", async () => {
    const { firestore, cloudRun } = sandbox;
    const launched = cloudRun.executions().length;
    const meeting = firestore.collection("meetings").doc();
    const start = new Date(Date.now() + 3_600_000);
    await surely(() => meeting.set({ ...meetingAt("sandbox=h264"), start }));
    const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));

    await surely(() => meeting.delete());

    const instance = firestore.doc(`bot_instances/${id}`);
    await waitForDocument(instance, (snapshot) =>
      snapshot.get("status") === "cancelled" ? true : undefined,
    );
    expect(cloudRun.executions()).to.have.length(launched);
    const { docs } = await instance.collection("bot_events").orderBy("at").get();
    expect(docs.map((entry) => entry.get("what"))).to.deep.equal(["queued", "cancelled"]);
  });

  it("and wanted again afterwards gets another bot", async () => {
    const { firestore } = sandbox;
    const meeting = firestore.collection("meetings").doc();
    const start = new Date(Date.now() + 3_600_000);
    await surely(() => meeting.set({ ...meetingAt("sandbox=h264&seconds=3"), start }));
    const first = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
    await surely(() => meeting.update({ status: "cancelled" }));
    await waitForDocument(meeting, (snapshot) =>
      snapshot.get("bot_instance_id") === null ? true : undefined,
    );

    await surely(() => meeting.update({ status: "scheduled", start: new Date() }));

    const { instance } = await ending(meeting);
    expect(instance["status"]).to.equal("done");
    expect((await meeting.get()).get("bot_instance_id")).not.to.equal(first);
  });
});
