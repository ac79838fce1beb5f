import { type DocumentReference, Timestamp } from "@google-cloud/firestore";
import { status } from "@grpc/grpc-js";
import {
  BOT_INSTANCES,
  DEFAULT_LEASE_RULES,
  EARLY_MS,
  FirestoreBotInstanceStore,
  fail,
  failure,
  HOUR,
  MINUTE,
  namingOf,
  namingSettings,
  readSettings,
  SECOND,
  start,
} from "@meeting-bot/core";
import { expect } from "chai";
import { taskId } from "../../../functions/src/timers/cloud-tasks-timer.ts";
import type { ExecutionRecord } from "../../src/cloud-run/execution.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import type { QueueStats } from "../../src/tasks/task-queue.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import { meetingAt, PATIENCE_MS, seeThrough, startTestSandbox, surely } from "./support.ts";

const LEAD_MS = 10 * SECOND;

describe("a meeting with a start", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;

  before(async () => {
    const settings = {
      MEETING_JOIN_LEAD_SECONDS: String(LEAD_MS / SECOND),
      RETRY_BASE_SECONDS: "1",
      RETRY_MAX_SECONDS: "1",
    };
    // The sweep comes when a test calls it: what is launched otherwise, a timer has launched.
    sandbox = await startTestSandbox("schedule", { mode: "accept", settings, sweepSeconds: 3600 });
  });

  after(() => sandbox?.stop());

  it("is launched at its lead before the start, not earlier, and once", async () => {
    const startAt = Date.now() + LEAD_MS + 4 * SECOND;
    await write("once", startAt);
    await expectLaunch("once", startAt - LEAD_MS);
  });

  it("is launched earlier when it is moved to an earlier start", async () => {
    const meeting = await write("earlier", Date.now() + HOUR);
    await plannedInstance(meeting);
    const startAt = Date.now() + LEAD_MS + 4 * SECOND;
    await surely(() => meeting.update({ start: new Date(startAt) }));
    await expectLaunch("earlier", startAt - LEAD_MS);
  });

  it("is launched later when it is moved to a later start", async () => {
    const meeting = await write("later", Date.now() + LEAD_MS + 4 * SECOND);
    await plannedInstance(meeting);
    const startAt = Date.now() + LEAD_MS + 8 * SECOND;
    await surely(() => meeting.update({ start: new Date(startAt) }));
    await expectLaunch("later", startAt - LEAD_MS);
  });

  it("is due at the same moment whether a Timestamp, UTC or another time zone tells it", async () => {
    const startAt = Date.now() + HOUR;
    const inParis = new Date(startAt + 2 * HOUR).toISOString().replace("Z", "+02:00");
    const starts = [Timestamp.fromMillis(startAt), new Date(startAt).toISOString(), inParis];
    const planned = starts.map(async (start, index) => {
      const { dueAt } = await plannedInstance(await write(`zone ${index}`, start));
      return dueAt;
    });
    expect(await Promise.all(planned)).to.deep.equal(starts.map(() => startAt - LEAD_MS));
  });

  it("is launched by the sweep when its task gets lost", async () => {
    const { instance, dueAt } = await plannedInstance(await write("lost", Date.now() + HOUR));
    await loseTask(taskId(instance.id, dueAt));
    await sandbox.schedules.sweep.fire();
    expect(launches("lost")).to.have.length(0);

    await surely(() => instance.update({ wake_at: Timestamp.fromMillis(Date.now() - LEAD_MS) }));
    await sandbox.schedules.sweep.fire();
    expect(launches("lost")).to.have.length(1);
  });

  it("is launched within the hour when its instance was put into the queue by hand", async () => {
    const instance = sandbox.firestore.collection(BOT_INSTANCES).doc("by hand");
    const fields = meetingFields("by hand", null);
    await surely(() => instance.set({ ...fields, status: "failed" }));
    await surely(() => instance.update({ status: "queued" }));
    await sandbox.schedules.sweep.fire();
    expect(launches("by hand")).to.have.length(0);
    await sandbox.schedules.backfill.fire();
    expect(launches("by hand")).to.have.length(1);
  });

  it("is launched at once when it is written late but can still be on", async () => {
    const { enqueued } = queueStats();
    await write("late", Date.now() - 10 * MINUTE);
    await launchOf("late");
    expect(queueStats()).to.include({ enqueued });
  });

  it("ends as missed when it is over", async () => {
    const fields = meetingFields("over", new Date(Date.now() - 2 * HOUR));
    const { meeting, instance } = await seeThrough(sandbox, {
      ...fields,
      end: new Date(Date.now() - HOUR),
    });
    expect(instance).to.include({ status: "failed", attempt: 0 });
    expect(instance["error"]).to.include({ code: "MISSED" });
    expect(meeting["recording"]).to.have.nested.property("error.code", "MISSED");
    expect(launches("over")).to.have.length(0);
  });

  it("comes back through the queue when Cloud Run has no quota left, and loses no attempt", async () => {
    const { dispatched } = queueStats();
    sandbox.cloudRun.inject({ kind: "refuse", code: status.RESOURCE_EXHAUSTED }, 2);
    const meeting = await write("quota", Date.now());
    await launchOf("quota");
    const { instance } = await plannedInstance(meeting);
    expect((await instance.get()).data()).to.include({ attempt: 1, launch_failures: 2 });
    expect(queueStats()).to.include({ dispatched: dispatched + 2 });
    expect(launches("quota")).to.have.length(1);
  });

  it("is launched again at the end of the pause when its job has failed", async () => {
    const meeting = await write("failed", Date.now());
    await launchOf("failed");
    const { instance } = await plannedInstance(meeting);
    await failAsItsJob(instance);
    await waitForDocument(instance, (snapshot) => snapshot.get("attempt") === 2 || undefined);
    await waitForDocument(instance, (snapshot) => snapshot.get("execution"));
    expect(launches("failed")).to.have.length(2);
  });

  it("is not launched by a task that names no instance, nor one that is gone", async () => {
    const before = sandbox.cloudRun.executions().length;
    for (const data of [{ instanceId: "gone" }, { instanceId: "a/b/c" }, {}]) {
      expect(await dispatch(data)).to.equal(204);
    }
    expect(sandbox.cloudRun.executions()).to.have.length(before);
  });

  /** A meeting whose name goes with each of its launches. */
  function meetingFields(name: string, start: unknown) {
    return { ...meetingAt(""), bot_name: name, start };
  }

  async function write(
    name: string,
    start: Timestamp | string | number,
  ): Promise<DocumentReference> {
    const meeting = sandbox.firestore.collection("meetings").doc();
    await surely(() =>
      meeting.set(meetingFields(name, typeof start === "number" ? new Date(start) : start)),
    );
    return meeting;
  }

  /** The instance that a meeting was given, and when it was to be launched then. */
  async function plannedInstance(meeting: DocumentReference) {
    const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
    const instance = sandbox.firestore.collection(BOT_INSTANCES).doc(id);
    const wakeAt: Timestamp = (await instance.get()).get("wake_at");
    return { instance, dueAt: wakeAt.toMillis() };
  }

  /** Starts to work under an instance's claim, and fails in a way that another attempt may mend. */
  async function failAsItsJob(instance: DocumentReference): Promise<void> {
    const token = (await instance.get()).get("claim_token");
    const holder = { token, runnerId: "runner" };
    const event = {
      ...holder,
      failure: failure("BOT_CRASHED", "recording", "The bot crashed."),
      random: 0.5,
    };
    const naming = namingOf(readSettings(namingSettings, {}));
    const rules = { ...DEFAULT_LEASE_RULES, retryBaseSeconds: 1 };
    const store = new FirestoreBotInstanceStore(sandbox.firestore, naming, rules);
    await store.transact(instance.id, (current, at) => start(current, holder, at));
    await store.transact(instance.id, (current, at) => fail(current, event, at));
  }

  /** Never early, and no more than a minute late: a busy machine has taken eighteen seconds. */
  async function expectLaunch(name: string, dueAt: number): Promise<void> {
    const { createdAt } = await launchOf(name);
    expect(createdAt).to.be.within(dueAt - EARLY_MS, dueAt + MINUTE);
    expect(launches(name)).to.have.length(1);
  }

  /** Waits for the first launch of a meeting, whichever instance it is made for. */
  async function launchOf(name: string): Promise<ExecutionRecord> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const instances = sandbox.firestore.collection(BOT_INSTANCES).where("bot_name", "==", name);
    const unsubscribe = instances.onSnapshot(({ docs }) => {
      if (docs.some((snapshot) => snapshot.get("execution"))) resolve();
    }, reject);
    await promise.finally(unsubscribe);
    return launches(name)[0] as ExecutionRecord;
  }

  function launches(name: string): ExecutionRecord[] {
    return sandbox.cloudRun.executions().filter(({ job }) => {
      const manager = job.containers.find((container) => container.name === "manager");
      return manager?.env["BOT_NAME"] === name;
    });
  }

  function queueStats(): QueueStats {
    const { launchDue } = sandbox.tasks.stats();
    if (!launchDue) throw new Error("There is no queue.");
    return launchDue;
  }

  /** Deletes a task as soon as it is there. */
  async function loseTask(id: string): Promise<void> {
    const queue = `projects/${sandbox.projectId}/locations/us-central1/queues/launchDue`;
    const url = `http://${sandbox.tasks.host}/${queue}/tasks/${id}`;
    while (!(await fetch(url, { method: "DELETE" })).ok);
  }

  /** Calls the deployed function as Cloud Tasks does; the status of its answer. */
  async function dispatch(data: object): Promise<number> {
    const url = `${sandbox.functionsUrl}/${sandbox.projectId}/us-central1/launchDue`;
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ data }) });
    await response.body?.cancel();
    return response.status;
  }
});
