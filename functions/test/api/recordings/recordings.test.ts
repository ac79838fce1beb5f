import { MINUTE, toFields } from "@meeting-bot/core";
import { expect } from "chai";
import { ApiUnderTest, ORGANIZATION } from "../support/api-under-test.ts";
import { outputAt, store, storedNames, writeLink, writeRecorded } from "../support/recorded.ts";

const NOW = Date.now();

describe("the recordings of a meeting's document", () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await ApiUnderTest.start();
    await writeMeeting();
  });
  afterEach(() => api.stop());

  const writeMeeting = (fields: Record<string, unknown> = {}) =>
    api.write("meetings/one", {
      meeting_url: "https://meet.google.com/abc-defg-hij",
      status: "scheduled",
      creator_organization_id: ORGANIZATION,
      ...fields,
    });

  /** Writes an instance that has ended some minutes ago, with the video that it has stored. */
  async function writeInstance(id: string, ago: number, fields: Record<string, unknown> = {}) {
    const uri = await store(api, `recordings/acme/one/${id}/video.mp4`, id);
    await api.write(`bot_instances/${id}`, {
      ...toFields({ outputs: [outputAt(uri)], processedAt: NOW - ago * MINUTE }),
      status: "done",
      creator_organization_id: ORGANIZATION,
      ...fields,
    });
  }

  async function list(path = "meetings/one/recordings", token = api.token) {
    const { status, body } = await api.request(`/v1/${path}`, { token });
    expect(status).to.equal(200);
    return Object(body).recordings as Record<string, unknown>[];
  }
  const idsOf = async () => (await list()).map(({ bot_instance_id: id }) => id);
  const erase = (path = "meetings/one/recordings", token = api.token) =>
    api.request(`/v1/${path}`, { method: "DELETE", token });

  describe("GET /v1/meetings/{id}/recordings", () => {
    it("are all shown, the newest first, with addresses to fetch them from", async () => {
      await writeInstance("old", 30, { partial: true });
      await writeInstance("new", 10, {
        ended_at: new Date(NOW - 12 * MINUTE),
        end_reason: "bot-lost",
      });
      for (const id of ["old", "new"]) await writeLink(api, id, "meetings/one");
      const [newest, oldest, ...others] = await list();
      expect(others).to.deep.equal([]);
      expect(newest).to.include({
        bot_instance_id: "new",
        status: "done",
        partial: false,
        duration_seconds: 12.5,
        ended_at: new Date(NOW - 12 * MINUTE).toISOString(),
        end_reason: "bot-lost",
      });
      expect(oldest).to.include({ bot_instance_id: "old", partial: true });
      expect(Object(oldest).artifacts[0]).to.include({ kind: "video" }).and.have.property("url");
    });

    it("are shown of a bot that the meeting has left, and of one that is linked by hand", async () => {
      await writeInstance("former", 30);
      await writeInstance("linked", 10);
      await writeLink(api, "former", "meetings/one", { state: "former" });
      await api.firestore.doc("meetings/one").update({ bot_instance_id: "linked" });
      expect(await idsOf()).to.deep.equal(["linked", "former"]);
    });

    it("are shown of what the version before has linked", async () => {
      await writeInstance("earlier", 10, { meetings: ["meetings/one"] });
      expect(await idsOf()).to.deep.equal(["earlier"]);
    });

    it("show when they were erased, and nothing of a bot that has stored nothing", async () => {
      await writeInstance("erased", 10, { outputs: [], recording_erased_at: new Date(NOW) });
      await writeInstance("failed", 20, { outputs: [], status: "failed" });
      await writeInstance("next", 0, { outputs: [], status: "processing" });
      for (const id of ["erased", "failed", "next"]) await writeLink(api, id, "meetings/one");
      const [erased, ...others] = await list();
      expect(others).to.deep.equal([]);
      expect(erased).to.deep.include({
        bot_instance_id: "erased",
        erased_at: new Date(NOW).toISOString(),
        artifacts: [],
      });
    });

    it("are not those of another document that was at its path, or of another organisation", async () => {
      for (const id of ["before", "theirs", "elsewhere"]) await writeInstance(id, 10);
      await writeLink(api, "before", "meetings/one", {
        meeting_created_at: new Date(NOW - MINUTE),
      });
      await writeLink(api, "theirs", "meetings/one", { organization_id: "umbrella" });
      await writeLink(api, "elsewhere", "meetings/two");
      await api.write("notes/x/bot_links/y", { meeting_path: "meetings/one" });
      expect(await list()).to.deep.equal([]);
      await writeInstance("taken", 10, { creator_organization_id: "umbrella" });
      await writeLink(api, "taken", "meetings/one");
      expect(await list()).to.deep.equal([]);
      const eve = api.userToken("eve", { organization_id: "umbrella" });
      const { status } = await api.request("/v1/meetings/one/recordings", { token: eve });
      expect(status).to.equal(404);
    });
  });

  describe("DELETE /v1/meetings/{id}/recordings", () => {
    it("erases all that have ended, whatever is at work", async () => {
      await writeInstance("old", 30);
      await writeInstance("new", 10);
      await writeInstance("next", 0, { outputs: [], status: "processing" });
      for (const id of ["old", "new", "next"]) await writeLink(api, id, "meetings/one");
      const told: string[] = [];
      api.services.tell = async (id) => {
        told.push(id);
      };
      expect((await erase()).status).to.equal(204);
      expect(await storedNames(api)).to.deep.equal(["recordings/acme/one/next/video.mp4"]);
      expect(told).to.deep.equal(["new", "old"]);
      for (const id of told) {
        expect(await api.read(`bot_instances/${id}`)).to.include({ erased_by: "user:ada" });
      }
      expect(await api.read("bot_instances/next")).not.to.have.property("erased_by");
    });

    it("finds none of a meeting that had no bot, and none yet of one whose first is at work", async () => {
      expect((await erase()).status).to.equal(404);
      expect((await erase("meetings/missing/recordings")).status).to.equal(404);
      await writeInstance("next", 0, { outputs: [], status: "queued" });
      await writeLink(api, "next", "meetings/one");
      const { status, body } = await erase();
      expect(status).to.equal(409);
      expect(body).to.include({ type: "urn:meeting-bot:problem:bot-at-work" });
    });
  });

  describe("GET and DELETE /v1/recordings/{instance}", () => {
    it("need no meeting", async () => {
      await writeInstance("alone", 10);
      const { status, body } = await api.request("/v1/recordings/alone");
      expect(status).to.equal(200);
      expect(body).to.include({ bot_instance_id: "alone", status: "done" });
      expect((await erase("recordings/alone")).status).to.equal(204);
      expect(await storedNames(api)).to.deep.equal([]);
      expect(await api.read("bot_instances/alone")).to.include({ erased_by: "user:ada" });
      expect((await api.request("/v1/recordings/alone")).status).to.equal(404);
      expect((await erase("recordings/alone")).status).to.equal(204);
    });

    it("find the parts in the folders of the meetings that are linked", async () => {
      await writeInstance("alone", 10, { outputs: [], status: "failed" });
      await store(api, "recordings/acme/gone/alone/raw/token/000001.part", "alone");
      await writeLink(api, "alone", "meetings/one");
      await writeLink(api, "alone", "meetings/gone");
      expect((await erase("recordings/alone")).status).to.equal(204);
      expect(await storedNames(api)).to.deep.equal([]);
    });

    it("know no other organisation's, none that is nobody's, and none that is not there", async () => {
      await writeInstance("theirs", 10, { creator_organization_id: "umbrella" });
      await writeInstance("nobodys", 10, { creator_organization_id: null });
      for (const id of ["theirs", "nobodys", "missing"]) {
        expect((await api.request(`/v1/recordings/${id}`)).status, id).to.equal(404);
        expect((await erase(`recordings/${id}`)).status, id).to.equal(404);
      }
      expect(await storedNames(api)).to.have.length(2);
    });

    it("wait for a bot that is at work", async () => {
      await writeInstance("next", 0, { outputs: [], status: "processing" });
      expect((await api.request("/v1/recordings/next")).status).to.equal(404);
      expect((await erase("recordings/next")).status).to.equal(409);
      expect(await storedNames(api)).to.have.length(1);
    });

    it("refuse an id that no document can have", async () => {
      expect((await api.request("/v1/recordings/__x__")).status).to.equal(400);
      expect((await erase("recordings/__x__")).status).to.equal(400);
    });
  });

  describe("GET /v1/meetings/{id}/recording", () => {
    it("shows the one that the meeting shows, while another bot is at work", async () => {
      const uri = await store(api, "acme/video.mp4");
      await writeRecorded(
        api,
        { outputs: [outputAt(uri)] },
        { bot_instance_id: "next", recording: { status: "processing", recorded_by: "bot" } },
      );
      await writeInstance("next", 0, { outputs: [], status: "processing" });
      const { status, body } = await api.request("/v1/meetings/one/recording");
      expect(status).to.equal(200);
      expect(body).to.include({ bot_instance_id: "bot" });
    });
  });
});

describe("the recordings of a meeting that names no organisation", () => {
  it("are those of its links", async () => {
    const api = await ApiUnderTest.start({
      meetingsPath: "organizations/{organizationId}/meetings",
    });
    try {
      const path = `organizations/${ORGANIZATION}/meetings/one`;
      await api.write(path, { meeting_url: "https://meet.google.com/abc-defg-hij" });
      const outputs = [outputAt(await store(api, "one/video.mp4"))];
      await api.write("bot_instances/bot", toFields({ status: "done", outputs }));
      const ids = async () => {
        const { body } = await api.request("/v1/meetings/one/recordings");
        return (Object(body).recordings as Record<string, unknown>[]).length;
      };
      await api.firestore.doc(path).update({ bot_instance_id: "bot" });
      expect(await ids()).to.equal(0);
      await writeLink(api, "bot", path, { organization_id: null });
      expect(await ids()).to.equal(1);
    } finally {
      await api.stop();
    }
  });
});
