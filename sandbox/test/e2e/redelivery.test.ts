import { BOT_INSTANCES } from "@meeting-bot/core";
import { expect } from "chai";
import type { Sandbox } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import { writtenEvent } from "../../src/written-event.ts";
import { deliverEvent, PATIENCE_MS, startTestSandbox, surely } from "./support.ts";

const MEETING_URL = "https://meet.google.com/abc-defg-hij";
const WRITTEN = { meeting_url: MEETING_URL, status: "scheduled" };
const TRIGGER = "onMeetingWritten";
const PATH = "meetings/at-once";

describe("an event that is delivered several times", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startTestSandbox("redelivery", { mode: "accept" });
  });

  after(() => sandbox?.stop());

  it("makes one instance and one launch when all deliveries come at the same moment", async () => {
    const { firestore, cloudRun } = sandbox;
    const meeting = firestore.collection("meetings").doc("at-once");
    await surely(() => meeting.set({ meeting_url: MEETING_URL, status: "draft" }));
    const event = writtenEvent(sandbox.projectId, PATH, WRITTEN);
    // One process serves one event at a time: these start as many as what follows needs at one moment.
    const draft = { meeting_url: MEETING_URL, status: "draft" };
    const first = writtenEvent(sandbox.projectId, PATH, draft);
    await Promise.all([1, 2, 3, 4].map(() => deliverEvent(sandbox, TRIGGER, first)));

    const write = meeting.update({ status: "scheduled" });
    const answers = await Promise.all([1, 2, 3].map(() => deliverEvent(sandbox, TRIGGER, event)));
    await write;
    const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
    await waitForDocument(firestore.doc(`${BOT_INSTANCES}/${id}`), (s) => s.get("execution.name"));

    expect(answers).to.deep.equal([200, 200, 200]);
    expect((await firestore.collection(BOT_INSTANCES).get()).size).to.equal(1);
    expect(cloudRun.executions()).to.have.length(1);
  });

  it("changes nothing when it comes again afterwards", async () => {
    const { firestore, cloudRun } = sandbox;
    const before = await contents(sandbox);
    const event = writtenEvent(sandbox.projectId, PATH, WRITTEN);

    const answers = await Promise.all([1, 2, 3].map(() => deliverEvent(sandbox, TRIGGER, event)));

    expect(answers).to.deep.equal([200, 200, 200]);
    expect(await contents(sandbox)).to.deep.equal(before);
    expect(cloudRun.executions()).to.have.length(1);
    expect((await firestore.collection("meetings").get()).size).to.equal(1);
  });
});

async function contents({ firestore }: Sandbox) {
  const collections = await firestore.listCollections();
  const snapshots = await Promise.all(collections.map((collection) => collection.get()));
  return snapshots.flatMap(({ docs }) => docs.map((doc) => [doc.ref.path, doc.data()]));
}
