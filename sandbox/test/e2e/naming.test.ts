import { type DocumentReference, Firestore } from "@google-cloud/firestore";
import { BOT_INSTANCES, MINUTE } from "@meeting-bot/core";
import { expect } from "chai";
import { PassThroughClient } from "google-auth-library";
import type { Sandbox } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import { PATIENCE_MS, startTestSandbox, surely } from "./support.ts";

const meeting_url = "https://meet.google.com/abc-defg-hij";

/** Every field and every value under another name. */
const RENAMED = {
  MEETING_STATUS_FIELD: "state",
  MEETING_STATUS_VALUES: "planned, confirmed",
  MEETING_CANCEL_VALUES: "dropped",
  MEETING_BOT_INSTANCE_FIELD: "bot",
  BOT_INSTANCE_STATUS_FIELD: "condition",
  BOT_INSTANCE_QUEUED_VALUE: "waiting",
  BOT_INSTANCE_PROCESSING_VALUE: "working",
  BOT_INSTANCE_DONE_VALUE: "finished",
  BOT_INSTANCE_FAILED_VALUE: "broken",
  BOT_INSTANCE_CANCELLED_VALUE: "unwanted",
};

describe("meetings in a nested collection, in the words of another app", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;
  const meetingOf = (path: string) => sandbox.firestore.doc(`organizations/${path}`);

  before(async () => {
    const settings = {
      ...RENAMED,
      MEETINGS_COLLECTION_PATH: "organizations/{organizationId}/meetings",
      CONTROLLER_ID: "me",
    };
    sandbox = await startTestSandbox("naming-nested", { settings, mode: "accept" });
  });

  after(() => sandbox?.stop());

  for (const state of ["planned", "confirmed"]) {
    it(`are served when they are ${state}, in any organisation`, async () => {
      const meeting = meetingOf(`of-${state}/meetings/one`);
      await surely(() => meeting.set({ meeting_url, state }));
      const bot = await botOf(meeting);
      const working = await waitForDocument(bot, (s) =>
        s.get("execution") ? s.data() : undefined,
      );
      expect(working).to.include({ condition: "working", claimed_by: "me" });
      expect(working).not.to.have.property("status");
    });
  }

  it("give up a bot that is waiting when they are dropped", async () => {
    const meeting = meetingOf("a/meetings/dropped");
    await surely(() =>
      meeting.set({ meeting_url, state: "planned", start: new Date(Date.now() + 60 * MINUTE) }),
    );
    const bot = await botOf(meeting);
    expect((await bot.get()).get("condition")).to.equal("waiting");
    await surely(() => meeting.update({ state: "dropped" }));
    await waitForDocument(bot, (s) => s.get("condition") === "unwanted" || undefined);
    expect((await meeting.get()).get("bot")).to.equal(null);
  });

  it("are told what becomes of them in those words as well", async () => {
    const meeting = meetingOf("a/meetings/refused");
    await surely(() => meeting.set({ meeting_url: "https://example.com/", state: "planned" }));
    const bot = await botOf(meeting);
    expect((await bot.get()).get("condition")).to.equal("broken");
    expect((await meeting.get()).get("recording.error.code")).to.equal("UNSUPPORTED_URL");
  });

  it("get nothing in the words of the defaults, or in another place", async () => {
    const others = [meetingOf("a/meetings/other"), sandbox.firestore.doc("meetings/other")];
    await surely(async () => others[0]?.set({ meeting_url, status: "scheduled" }));
    await surely(async () => others[1]?.set({ meeting_url, state: "planned" }));
    // Served after they were written: they would have been by now.
    const last = meetingOf("a/meetings/last");
    await surely(() => last.set({ meeting_url, state: "planned" }));
    await botOf(last);
    for (const other of others)
      expect((await other.get()).data()).not.to.have.any.keys("bot", "recording");
  });

  it("hand their words on to the manager", () => {
    const [execution] = sandbox.cloudRun.executions();
    const manager = execution?.job.containers.find(({ name }) => name === "manager");
    expect(manager?.env).to.include(RENAMED);
  });
});

describe("meetings in every collection of an id, in a database with a name", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;
  let named: Firestore;

  before(async () => {
    const settings = {
      ...RENAMED,
      MEETINGS_COLLECTION_PATH: "calls",
      MEETINGS_QUERY_MODE: "collection_group",
      FIRESTORE_DATABASE: "company-data",
    };
    sandbox = await startTestSandbox("naming-database", { settings, sweepSeconds: 2 });
    named = new Firestore({
      projectId: sandbox.projectId,
      databaseId: "company-data",
      host: sandbox.firestoreHost,
      ssl: false,
      authClient: new PassThroughClient(),
    });
  });

  after(async () => {
    await named?.terminate();
    await sandbox?.stop();
  });

  it("are recorded wherever they are, and nothing is written to another database", async () => {
    const elsewhere = sandbox.firestore.doc("calls/elsewhere");
    await surely(() => elsewhere.set({ meeting_url, state: "planned" }));
    const places = ["calls/top", "companies/a/teams/b/calls/deep"];
    const url = `${meeting_url}?sandbox=h264&seconds=4`;
    const meetings = places.map((path) => named.doc(path));
    for (const meeting of meetings)
      await surely(() => meeting.set({ meeting_url: url, state: "confirmed" }));

    for (const meeting of meetings) {
      const bot = await botOf(meeting);
      const ended = await waitForDocument(bot, (s) =>
        s.get("processed_at") ? s.data() : undefined,
      );
      expect(ended).to.include({ condition: "finished" });
      const recording = await waitForDocument(meeting, (s) =>
        s.get("recording.video_uri") ? s.get("recording") : undefined,
      );
      expect(recording).to.include({ status: "done" });
      expect(recording.video_uri).to.match(/^gs:\/\/demo-recordings\/.*\/video\.mp4$/);
    }
    const collections = await sandbox.firestore.listCollections();
    expect(collections.map(({ id }) => id)).to.deep.equal(["calls"]);
    expect((await elsewhere.get()).data()).to.deep.equal({ meeting_url, state: "planned" });
  });

  it("are swept for there, too", async () => {
    const bot = named.collection(BOT_INSTANCES).doc("made-by-others");
    // A queued instance without a trigger's event: only the sweep finds it.
    await surely(() =>
      bot.set({ meeting_url, condition: "waiting", wake_at: new Date(), request_hash: "ours" }),
    );
    const phase = await waitForDocument(bot, (s) => s.get("phase"));
    expect(phase).to.be.a("string");
  });
});

/** The bot that a meeting is linked to. */
async function botOf(meeting: DocumentReference): Promise<DocumentReference> {
  const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot") ?? undefined);
  return meeting.firestore.collection(BOT_INSTANCES).doc(id);
}
