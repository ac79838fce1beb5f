import { Firestore } from "@google-cloud/firestore";
import { BOT_INSTANCES, HOUR, MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { emulatorAddress } from "../../core/test/support/emulator.ts";
import { projectFolder, runScript } from "./project-folder.ts";
import { useScriptOnDatabase } from "./script-on-database.ts";

const meeting_url = "https://meet.google.com/abc-defg-hij";

describe("npm run backfill", function () {
  this.timeout(60_000);
  const script = useScriptOnDatabase("backfill.ts");

  function openDatabase(databaseId: string): Firestore {
    const [host, port] = emulatorAddress().split(":");
    const { projectId } = script;
    return new Firestore({ projectId, databaseId, host, port: Number(port), ssl: false });
  }

  /** Runs it on the project, configured like that. */
  const backfill = (settings: Record<string, string>, ...args: string[]) =>
    script.run(["--project", script.projectId, ...args], { settings });

  async function instanceOf(
    path: string,
    field = "bot_instance_id",
    { firestore }: { firestore: Firestore } = script,
  ) {
    const id = (await firestore.doc(path).get()).get(field);
    return (await firestore.doc(`${BOT_INSTANCES}/${id}`).get()).data();
  }

  it("queues a bot for each meeting that wants one and has none, and leaves its launch to the sweep", async () => {
    const start = new Date(Date.now() + 3 * HOUR);
    const status = "scheduled";
    await script.firestore.doc("meetings/now").set({ meeting_url, status });
    await script.firestore
      .doc("meetings/running")
      .set({ meeting_url, status, start: new Date(Date.now() - MINUTE) });
    await script.firestore.doc("meetings/later").set({ meeting_url, status, start });
    await script.firestore
      .doc("meetings/linked")
      .set({ meeting_url, status, bot_instance_id: "theirs" });
    await script.firestore
      .doc("meetings/over")
      .set({ meeting_url, status, end: new Date(Date.now() - HOUR) });
    await script.firestore.doc("meetings/draft").set({ meeting_url, status: "draft" });
    const before = Date.now();

    const { status: code, stdout, stderr } = await backfill({});

    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    expect(stdout).to.equal("5 meetings looked at: 3 queued, 1 have a bot, 1 are over, 0 failed\n");
    for (const path of ["meetings/now", "meetings/running"]) {
      const instance = await instanceOf(path);
      expect(instance)
        .to.include({ status: "queued", attempt: 0 })
        .and.not.have.property("claim_token");
      expect(instance?.["wake_at"].toMillis()).to.be.within(before, Date.now() + 2 * MINUTE);
    }
    const later = await instanceOf("meetings/later");
    expect(later?.["wake_at"].toMillis()).to.equal(start.getTime() - 120 * SECOND);
    expect((await script.firestore.collection(BOT_INSTANCES).get()).size).to.equal(3);
  });

  it("does nothing the second time", async () => {
    await script.firestore.doc("meetings/now").set({ meeting_url, status: "scheduled" });
    await backfill({});
    const { status, stdout } = await backfill({});
    expect(status).to.equal(0);
    expect(stdout).to.contain("0 queued, 1 have a bot");
    expect((await script.firestore.collection(BOT_INSTANCES).get()).size).to.equal(1);
  });

  it("writes nothing with --dry-run", async () => {
    await script.firestore.doc("meetings/now").set({ meeting_url, status: "scheduled" });
    const { status, stdout } = await backfill({}, "--dry-run");
    expect(status).to.equal(0);
    expect(stdout).to.contain("1 would be queued");
    expect((await script.firestore.listCollections()).map(({ id }) => id)).to.deep.equal([
      "meetings",
    ]);
  });

  it("goes through nested collections in pages, in the words of another app and a named database", async () => {
    const firestore = openDatabase("company-data");
    const fields = { meeting_url, state: "planned", end: new Date(Date.now() + HOUR) };
    const paths = Array.from({ length: 60 }, (_, index) => `organizations/${index}/calls/${index}`);
    const writes = firestore.batch();
    for (const path of [...paths, "calls/elsewhere"]) writes.set(firestore.doc(path), fields);
    await writes.commit();
    const settings = {
      FIRESTORE_DATABASE: "company-data",
      MEETINGS_COLLECTION_PATH: "organizations/{organizationId}/calls",
      MEETING_STATUS_FIELD: "state",
      MEETING_STATUS_VALUES: "confirmed,planned",
      MEETING_BOT_INSTANCE_FIELD: "bot",
      BOT_INSTANCE_QUEUED_VALUE: "waiting",
    };

    const { status, stdout } = await backfill(settings);

    expect(status).to.equal(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).to.have.length(2);
    expect(lines[1]).to.match(/^60 meetings looked at: 60 queued/);
    expect(await instanceOf("organizations/59/calls/59", "bot", { firestore })).to.include({
      status: "waiting",
    });
    expect((await firestore.doc("calls/elsewhere").get()).data()).to.have.all.keys(fields);
    await firestore.terminate();
  });

  it("finds the meetings of a collection group wherever they are", async () => {
    for (const path of ["calls/top", "a/b/c/d/calls/deep"]) {
      await script.firestore.doc(path).set({ meeting_url, status: "scheduled" });
    }
    const settings = { MEETINGS_COLLECTION_PATH: "calls", MEETINGS_QUERY_MODE: "collection_group" };
    expect((await backfill(settings)).stdout).to.contain("2 queued");
  });

  it("tells a meeting at once that cannot be served", async () => {
    await script.firestore
      .doc("meetings/wrong")
      .set({ meeting_url: "https://example.com", status: "scheduled" });
    expect((await backfill({})).status).to.equal(0);
    const recording = (await script.firestore.doc("meetings/wrong").get()).get("recording");
    expect(recording).to.deep.include({ status: "failed" });
    expect(recording.error.code).to.equal("UNSUPPORTED_URL");
  });

  it("ends with 2 when it is called in a wrong way or cannot be configured", async () => {
    const unknown = await backfill({}, "--force");
    expect(unknown).to.include({ status: 2, stdout: "" });
    expect(unknown.stderr).to.contain("--force");
    const contradictory = await backfill({ BOT_INSTANCE_DONE_VALUE: "failed" });
    expect(contradictory).to.include({ status: 2, stdout: "" });
    expect(contradictory.stderr).to.contain("must differ");
    await using folder = await projectFolder({});
    const { status, stderr } = runScript("backfill.ts", folder.path, {});
    expect(status).to.equal(2);
    expect(stderr).to.contain("--project is missing");
  });

  it("explains itself with --help", async () => {
    const { status, stdout } = await backfill({}, "--help");
    expect(status).to.equal(0);
    for (const word of ["--project", "--dry-run", "FIRESTORE_EMULATOR_HOST"]) {
      expect(stdout).to.contain(word);
    }
  });
});
