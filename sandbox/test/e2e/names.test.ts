import { BOT_EVENTS, BOT_INSTANCES, BOT_WEBHOOK_DELIVERIES, HOUR } from "@meeting-bot/core";
import { expect } from "chai";
import { taskId } from "../../../functions/src/timers/cloud-tasks-timer.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import { type EventFields, writtenEvent } from "../../src/written-event.ts";
import { deliverEvent, meetingAt, PATIENCE_MS, startTestSandbox, surely } from "./support.ts";

const MEETING = meetingAt("");
const NAMES = [
  "Réunion-42",
  "🚀",
  "会议",
  "with spaces",
  "100 %",
  "a%2Fb",
  "ends with one ",
  "   ",
];

describe("names in any alphabet", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;

  before(async () => {
    const settings = { MEETINGS_COLLECTION_PATH: "organizations/{organizationId}/meetings" };
    sandbox = await startTestSandbox("names", { mode: "accept", settings, sweepSeconds: 3600 });
  });

  after(() => sandbox?.stop());

  it("get their bots when they are written, in an organisation of any name", async () => {
    const { firestore } = sandbox;
    const collection = firestore.collection("organizations/Zürich/meetings");
    await Promise.all(
      NAMES.map(async (name) => {
        const meeting = collection.doc(name);
        await surely(() => meeting.set(MEETING));
        const id = await waitForDocument(meeting, (found) => found.get("bot_instance_id"));
        const instance = firestore.collection(BOT_INSTANCES).doc(id);
        await waitForDocument(instance, (found) => found.get("execution"));
      }),
    );
    expect(sandbox.cloudRun.executions()).to.have.length(NAMES.length);
  });

  // Of what follows the emulator tells the functions nothing: an event of ours is the only one.

  it("are served by an event in the form that Eventarc delivers", async () => {
    const meeting = sandbox.firestore.doc("elsewhere/Zürich/meetings/Réunion-42");
    await surely(() => meeting.set(MEETING));
    expect(await deliver("onMeetingWritten", meeting.path, MEETING)).to.equal(200);
    expect((await meeting.get()).get("bot_instance_id")).to.be.a("string");
  });

  it("are taken up as instances of others", async () => {
    const instance = sandbox.firestore.doc(`${BOT_INSTANCES}/Réunion-42 🚀`);
    await surely(() => instance.set({ ...MEETING, status: "draft" }));
    await surely(() => instance.update({ status: "queued" }));
    const fields = { ...MEETING, status: "queued" };
    expect(await deliver("onBotInstanceCreated", instance.path, fields)).to.equal(200);
    await waitForDocument(instance, (found) => found.get("execution"));
  });

  it("get the timers of their next attempts, and the tasks of their deliveries", async () => {
    const wakeAt = new Date(Date.now() + HOUR);
    const retry = { what: "queued", error: { code: "BOT_CRASHED" }, wake_at: wakeAt };
    const entry = `${BOT_INSTANCES}/Réunion-42/${BOT_EVENTS}/🚀`;
    expect(await deliver("onBotEventCreated", entry, retry)).to.equal(200);
    const delivery = `${BOT_WEBHOOK_DELIVERIES}/Réunion-42`;
    const fields = { wake_at: wakeAt };
    expect(await deliver("onWebhookDeliveryCreated", delivery, fields)).to.equal(200);
    for (const queue of ["launchDue", "deliverWebhook"]) {
      expect(await hasTask(queue, taskId("Réunion-42", wakeAt.getTime())), queue).to.equal(true);
    }
  });

  function deliver(functionName: string, path: string, fields: EventFields): Promise<number> {
    const happening = functionName === "onMeetingWritten" ? "written" : "created";
    const event = writtenEvent(sandbox.projectId, path, fields, happening);
    return deliverEvent(sandbox, functionName, event);
  }

  async function hasTask(queue: string, id: string): Promise<boolean> {
    const { projectId, tasks } = sandbox;
    const path = `projects/${projectId}/locations/us-central1/queues/${queue}/tasks/${id}`;
    return (await fetch(`http://${tasks.host}/${path}`, { method: "DELETE" })).ok;
  }
});
