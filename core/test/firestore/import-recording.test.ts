import { expect } from "chai";
import { importIdOf } from "../../src/import/finished-recording.ts";
import { roomKeyOf } from "../../src/session/session.ts";
import { HOUR } from "../../src/time.ts";
import { recorded } from "../import/imports.ts";
import {
  claiming,
  completing,
  instanceOf,
  newCall,
  RENAMED,
  serveOnce,
  starting,
  times,
  whatHappened,
} from "../store-contract/vocabulary.ts";
import { firestoreUnderTest, type StoreUnderTest } from "../support/firestore-under-test.ts";
import { LINK } from "../support/instances.ts";

const ID = importIdOf("rec-1");
const NEW = `meetings/${ID}`;
const now = (fields: object = {}) => recorded({ endedAt: Date.now(), ...fields });
const inOrg = (fields: Record<string, unknown> = {}) => ({
  meeting_url: LINK,
  status: "scheduled",
  creator_organization_id: "org",
  ...fields,
});

describe("importing a recording", () => {
  let under: StoreUnderTest;
  beforeEach(async () => {
    under = await firestoreUnderTest();
  });
  afterEach(() => under.close());

  /** A meeting whose bot was claimed as `serve` does it, and whose attempts have come to this. */
  async function served(fields: Record<string, unknown>, change?: Record<string, unknown>) {
    await under.write("meetings/one", inOrg(fields));
    const { id } = instanceOf(await serveOnce(under, "meetings/one", newCall()));
    if (change) await under.edit(`bot_instances/${id}`, change);
    return id;
  }

  /** What the meeting shows. */
  async function linkOf(path: string) {
    const { bot_instance_id: id, recording } = (await under.read(path)) ?? {};
    return { id, status: (recording as { status?: string } | undefined)?.status };
  }

  it("makes an instance that waits to be claimed, and a meeting that asks for no bot", async () => {
    const { kind, instance } = await under.store.importRecording(now(), NEW);
    expect({ kind, id: instance.id }).to.deep.equal({ kind: "created", id: ID });
    const document = (await under.read(`bot_instances/${ID}`)) ?? {};
    expect(document).to.deep.include({
      status: "queued",
      meetings: [NEW],
      source: { uri: instance.source?.uri, recording_id: "rec-1" },
    });
    expect(document).not.to.have.property("request_hash");
    expect(await under.read(NEW)).to.deep.include({
      status: "recorded",
      meeting_url: LINK,
      bot_instance_id: ID,
    });
    expect(await under.store.serve(NEW, newCall())).to.include({ kind: "ignored" });
    expect(await whatHappened(under, ID)).to.deep.equal(["queued"]);
    const read = await under.store.find(ID);
    expect(read?.source).to.deep.equal(instance.source);
  });

  it("happens once, however often and at how many places it is told", async () => {
    const outcomes = await times(4, () => under.store.importRecording(now(), NEW));
    const kinds = outcomes.map(({ kind }) => kind).sort();
    expect(kinds).to.deep.equal(["created", "repeated", "repeated", "repeated"]);
    await under.edit(`bot_instances/${ID}`, { status: "failed" });
    const late = await under.store.importRecording(now(), NEW);
    expect(late.kind).to.equal("repeated");
    expect(late.instance.status).to.equal("failed");
    expect(await under.list("bot_instances")).to.deep.equal([ID]);
  });

  it("has happened when the answer to it is lost", async () => {
    const outcome = await under.losingTheNextCommit().importRecording(now(), NEW);
    expect(outcome.instance.id).to.equal(ID);
    expect(await linkOf(NEW)).to.deep.equal({ id: ID, status: "queued" });
  });

  it("is for the meeting whose bot it was, by the bot's name", async () => {
    const id = await served({}, { status: "failed" });
    await under.store.importRecording(now({ botId: id, link: undefined }), NEW);
    expect(await linkOf("meetings/one")).to.deep.equal({ id: ID, status: "queued" });
    expect(await under.read(NEW)).to.equal(undefined);
    expect(await serveOnce(under, "meetings/one")).to.include({ kind: "ignored" });
  });

  it("is for the meeting of the same room that has just failed", async () => {
    const start = new Date(Date.now() - HOUR);
    const id = await served({ start }, { status: "failed" });
    const room = roomKeyOf("org", { provider: "google", identity: "abc-defg-hij" });
    const seat = { instance_id: id, status: "failed", anchor_at: start, start_at: start };
    await under.write(`bot_sessions/${room}`, {
      seats: { [id]: { ...seat, updated_at: start } },
      version: 1,
    });
    await under.store.importRecording(now({ botId: "unknown" }), NEW);
    expect(await linkOf("meetings/one")).to.deep.equal({ id: ID, status: "queued" });
  });

  it("calls off the bot that waited, and frees its seat", async () => {
    const start = new Date(Date.now() + HOUR);
    const id = await served({ start });
    await under.store.importRecording(now({ botId: id }), NEW);
    expect(await under.read(`bot_instances/${id}`)).to.deep.include({
      status: "cancelled",
      meetings: [],
    });
    const [room = ""] = await under.list("bot_sessions");
    const { seats } = (await under.read(`bot_sessions/${room}`)) ?? {};
    expect(Object.values(seats as object).map(({ status }) => status)).to.deep.equal(["cancelled"]);
    expect(await linkOf("meetings/one")).to.deep.equal({ id: ID, status: "queued" });
  });

  for (const [what, recording, change] of [
    ["of another organisation", { organizationId: "other" }, { status: "failed" }],
    ["whose bot is at work", {}, undefined],
    ["that has its recording", {}, { status: "done" }],
    ["that was cancelled", {}, { status: "failed", meetings: [] }],
  ] as const) {
    it(`leaves a meeting alone ${what}`, async () => {
      const id = await served({}, change);
      const before = await linkOf("meetings/one");
      await under.store.importRecording(now({ botId: id, ...recording }), NEW);
      expect(await linkOf("meetings/one")).to.deep.equal(before);
      expect(await linkOf(NEW)).to.deep.equal({ id: ID, status: "queued" });
    });
  }

  it("takes a name for the bot that is no name of a document", async () => {
    for (const botId of ["../meetings/one", "", "__x__", "x".repeat(2000)]) {
      const recordingId = `rec-${botId.length}`;
      const path = `meetings/${importIdOf(recordingId)}`;
      const { kind } = await under.store.importRecording(now({ recordingId, botId }), path);
      expect(kind).to.equal("created");
    }
  });

  it("shows its outputs on the meeting when it is through", async () => {
    await under.store.importRecording(now(), NEW);
    for (const decide of [claiming("t"), starting, completing]) {
      const outcome = await under.store.transact(ID, decide);
      expect(outcome.ok).to.equal(true);
    }
    const { recording } = (await under.read(NEW)) ?? {};
    expect(recording).to.include({ status: "done", video_uri: "gs://bucket/video.mp4" });
  });

  it("finds a meeting that was made for it before", async () => {
    await under.write(NEW, { title: "mine" });
    await under.store.importRecording(now(), NEW);
    expect(await under.read(NEW)).to.include({ title: "mine", bot_instance_id: ID });
  });

  it("spells fields and values as the user does", async () => {
    const renamed = await firestoreUnderTest(RENAMED);
    try {
      await renamed.store.importRecording(now(), NEW);
      expect(await renamed.read(NEW)).to.include({ state: "recorded", bot: ID });
      expect(await renamed.read(`bot_instances/${ID}`)).to.include({ condition: "Q" });
    } finally {
      await renamed.close();
    }
  });

  it("tells who asks for it that there is an instance", async () => {
    const asked = {
      url: "https://example.com/",
      events: ["bot.status_changed"],
      created_at: new Date(),
    };
    await under.write("bot_webhooks/org-org", {
      organization_id: "org",
      endpoints: { we_0123456789abcdef: asked },
    });
    await under.store.importRecording(now(), NEW);
    const deliveries = await under.list("bot_webhook_deliveries");
    expect(deliveries).to.have.length(1);
  });
});
