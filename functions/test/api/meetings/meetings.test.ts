import { expect } from "chai";
import { NAMING } from "../../../../core/test/support/instances.ts";
import { ApiUnderTest, ORGANIZATION } from "../support/api-under-test.ts";

const meeting_url = "https://meet.google.com/abc-defg-hij";
const mine = { meeting_url, status: "scheduled", creator_organization_id: ORGANIZATION };
const others = { ...mine, creator_organization_id: "umbrella" };

interface Page {
  meetings: { id: string }[];
  next_cursor?: string;
}

describe("the meetings of an organisation", () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });
  afterEach(() => api.stop());

  const list = async (query = "") => {
    const { status, body } = await api.request(`/v1/meetings${query}`);
    expect(status).to.equal(200);
    return body as unknown as Page;
  };
  const idsOf = ({ meetings }: Page) => meetings.map(({ id }) => id);

  describe("GET /v1/meetings/{id}", () => {
    it("shows a meeting with what is known of its recording", async () => {
      await api.write("meetings/one", {
        ...mine,
        bot_instance_id: "bot",
        recording: {
          status: "failed",
          partial: false,
          duration_seconds: 3.5,
          video_uri: "gs://b/v.mp4",
          error: { code: "NOT_ADMITTED", message: "Nobody let it in." },
          request_hash: "ours",
        },
      });
      const { status, body } = await api.request("/v1/meetings/one");
      expect(status).to.equal(200);
      expect(body).to.deep.equal({
        id: "one",
        meeting_url,
        meeting_status: "scheduled",
        creator_organization_id: ORGANIZATION,
        bot_instance_id: "bot",
        recording: {
          status: "failed",
          partial: false,
          duration_seconds: 3.5,
          video_uri: "gs://b/v.mp4",
          error: { code: "NOT_ADMITTED", message: "Nobody let it in." },
        },
      });
    });

    it("shows what its bot is doing, as long as it waits or is at work", async () => {
      const wakeAt = new Date();
      const bot = {
        creator_organization_id: ORGANIZATION,
        status: "processing",
        phase: "recording",
        attempt: 2,
        progress: { seconds_recorded: 90, bytes_stored: 4096, odd: "x" },
        wake_at: wakeAt,
        wanted_links: 2,
        succeeded_by: "next",
        error: { code: "BOT_CRASHED", message: "It fell.", stage: "recording", retryable: true },
      };
      await api.write("bot_instances/bot", bot);
      const recording = { status: "processing", phase: "joining", recorded_by: "former" };
      await api.write("meetings/one", { ...mine, bot_instance_id: "bot", recording });
      const { body } = await api.request("/v1/meetings/one");
      expect(body?.["recording"]).to.deep.equal(recording);
      expect(body?.["bot"]).to.deep.equal({
        phase: "recording",
        attempt: 2,
        meetings: 2,
        succeeded_by: "next",
        progress: { seconds_recorded: 90, bytes_stored: 4096 },
        wake_at: wakeAt.toISOString(),
        error: { code: "BOT_CRASHED", message: "It fell." },
      });
      expect((await list()).meetings[0]).not.to.have.property("bot");
      for (const change of [{ status: "done" }, { creator_organization_id: "umbrella" }]) {
        await api.write("bot_instances/bot", { ...bot, ...change });
        expect((await api.request("/v1/meetings/one")).body).not.to.have.property("bot");
      }
    });

    it("shows all that was recorded, and when the next attempt is made", async () => {
      const instant = new Date();
      const recording = {
        status: "processing",
        video_uri: "gs://b/v.mp4",
        mp3_uri: "gs://b/a.mp3",
        thumbnail_uri: "gs://b/t.jpg",
        end_reason: "everybody left",
      };
      const instants = { next_attempt_at: instant, ended_at: instant };
      await api.write("meetings/one", { ...mine, recording: { ...recording, ...instants } });
      expect((await api.request("/v1/meetings/one")).body?.["recording"]).to.deep.equal({
        ...recording,
        next_attempt_at: instant.toISOString(),
        ended_at: instant.toISOString(),
      });
    });

    it("reads no fields of the user's own, which may be many", async () => {
      await api.write("meetings/one", { ...mine, notes: "x".repeat(50_000) });
      const found = await api.services.meetings.find(ORGANIZATION, "one");
      expect(found?.fields).to.deep.equal(mine);
    });

    it("shows what can be shown of a document that a user spoilt", async () => {
      await api.write("meetings/odd", {
        creator_organization_id: ORGANIZATION,
        meeting_url: 7,
        status: ["scheduled"],
        start: "soon",
        recording_options: { formats: api.firestore.doc("a/b") },
        recording: { status: "done", video_uri: 1, duration_seconds: Number.NaN, error: "x" },
        bot_instance_id: { a: 1 },
      });
      const { body } = await api.request("/v1/meetings/odd");
      expect(body).to.deep.equal({
        id: "odd",
        meeting_url: "",
        meeting_status: null,
        creator_organization_id: ORGANIZATION,
        recording: { status: "done" },
      });
    });

    it("shows no text that is longer than any of ours", async () => {
      const long = "x".repeat(2049);
      const error = { code: "BOT_CRASHED", message: long };
      const recording = { status: "failed", video_uri: long, end_reason: long, error };
      await api.write("meetings/long", { ...mine, status: long, bot_instance_id: long, recording });
      expect((await api.request("/v1/meetings/long")).body).to.deep.equal({
        id: "long",
        meeting_url,
        meeting_status: null,
        creator_organization_id: ORGANIZATION,
        recording: { status: "failed", error: { ...error, message: long.slice(1) } },
      });
    });

    it("knows no other organisation's, and none that is not there", async () => {
      await api.write("meetings/theirs", others);
      await api.write("meetings/nobodys", { meeting_url });
      for (const id of ["theirs", "nobodys", "missing"]) {
        expect((await api.request(`/v1/meetings/${id}`)).status, id).to.equal(404);
      }
    });

    it("refuses an id that no document can have", async () => {
      for (const id of ["%2F", "__x__", "a%2Fb", "x".repeat(1501)]) {
        const { status, body } = await api.request(`/v1/meetings/${id}`);
        expect(status, id).to.equal(400);
        expect(Object(body).errors[0].field).to.equal("path.id");
      }
    });
  });

  describe("GET /v1/meetings", () => {
    it("lists the organisation's own, page by page, each once", async () => {
      for (const id of ["a", "b", "c", "d", "e"]) await api.write(`meetings/${id}`, mine);
      await api.write("meetings/bb", others);
      const first = await list("?limit=2");
      const second = await list(`?limit=2&cursor=${first.next_cursor}`);
      const third = await list(`?limit=2&cursor=${second.next_cursor}`);
      expect([first, second, third].map(idsOf)).to.deep.equal([["a", "b"], ["c", "d"], ["e"]]);
      expect(third).not.to.have.property("next_cursor");
      expect(await list("?limit=5")).not.to.have.property("next_cursor");
    });

    it("lists many, and reads few of them at once and no fields of the user's own", async () => {
      const ids = Array.from({ length: 45 }, (_, index) => `m${10 + index}`);
      const batch = api.firestore.batch();
      const large = { ...mine, notes: "x".repeat(50_000) };
      for (const id of ids) batch.set(api.firestore.doc(`meetings/${id}`), large);
      await batch.commit();
      const { meetings } = api.services;
      const read: number[] = [];
      api.services.meetings = new Proxy(meetings, {
        get: (target, name) =>
          name === "list"
            ? async (...args: Parameters<typeof meetings.list>) => {
                const page = await target.list(...args);
                read.push(page.meetings.length);
                for (const { fields } of page.meetings) expect(fields).to.deep.equal(mine);
                return page;
              }
            : Reflect.get(target, name),
      });
      const first = await list("?limit=41");
      expect(idsOf(first)).to.deep.equal(ids.slice(0, 41));
      const second = await list(`?limit=41&cursor=${first.next_cursor}`);
      expect(idsOf(second)).to.deep.equal(ids.slice(41));
      expect(second).not.to.have.property("next_cursor");
      expect(read).to.deep.equal([20, 20, 1, 4]);
      expect(await list("?limit=40")).to.have.property("next_cursor");
      expect(idsOf(await list("?limit=45"))).to.deep.equal(ids);
    });

    it("lists new ones in the order in which they were written", async () => {
      const ids: string[] = [];
      for (let count = 0; count < 4; count += 1) {
        const { body } = await api.post("/v1/meetings", { meeting_url });
        ids.push(Object(body).id);
      }
      expect(idsOf(await list())).to.deep.equal(ids);
    });

    it("filters by the recording's status and by the meeting's", async () => {
      const recorded = (status: string) => ({ ...mine, recording: { status } });
      await api.write("meetings/a", recorded("done"));
      await api.write("meetings/b", { ...recorded("done"), status: "cancelled" });
      await api.write("meetings/c", recorded("failed"));
      await api.write("meetings/d", mine);
      await api.write("meetings/e", { ...others, recording: { status: "done" } });
      expect(idsOf(await list("?status=done"))).to.deep.equal(["a", "b"]);
      expect(idsOf(await list("?meeting_status=cancelled"))).to.deep.equal(["b"]);
      expect(idsOf(await list("?status=done&meeting_status=scheduled"))).to.deep.equal(["a"]);
      expect(await list("?status=queued")).to.deep.equal({ meetings: [] });
    });

    it("refuses what is not in its description", async () => {
      for (const [query, field] of [
        ["limit=0", "query.limit"],
        ["limit=101", "query.limit"],
        // Firestore compares with no more than 1,499 bytes.
        [`meeting_status=${"x".repeat(301)}`, "query.meeting_status"],
        ["limit=ten", "query.limit"],
        ["limit=1.5", "query.limit"],
        ["limit=1&limit=2", "query.limit"],
        ["status=gone", "query.status"],
        ["cursor=!", "query.cursor"],
        ["cursor=Li4", "query.cursor"],
        ["page=2", "query.page"],
      ]) {
        const { status, body } = await api.request(`/v1/meetings?${query}`);
        expect(status, query).to.equal(400);
        expect(Object(body).errors[0].field, query).to.equal(field);
      }
    });
  });

  describe("POST /v1/meetings/{id}/cancel", () => {
    const cancel = (id: string) => api.post(`/v1/meetings/${id}/cancel`);

    it("has the meeting want no bot any more, as often as it is asked to", async () => {
      await api.write("meetings/one", { ...mine, bot_instance_id: "bot", notes: "kept" });
      for (const _ of [1, 2]) {
        const { status, body } = await cancel("one");
        expect(status).to.equal(200);
        expect(body).to.include({ id: "one", meeting_status: "cancelled" });
      }
      expect(await api.read("meetings/one")).to.deep.equal({
        ...mine,
        status: "cancelled",
        bot_instance_id: "bot",
        notes: "kept",
      });
    });

    it("writes nothing to one that is cancelled already", async () => {
      await api.write("meetings/one", { ...mine, status: "cancelled" });
      const before = await api.firestore.doc("meetings/one").get();
      await cancel("one");
      const after = await api.firestore.doc("meetings/one").get();
      expect(after.updateTime?.isEqual(before.updateTime ?? after.readTime)).to.equal(true);
    });

    it("leaves another organisation's alone", async () => {
      await api.write("meetings/theirs", others);
      expect((await cancel("theirs")).status).to.equal(404);
      expect(await api.read("meetings/theirs")).to.deep.equal(others);
      expect((await cancel("missing")).status).to.equal(404);
    });

    it("refuses an id that no document can have", async () => {
      expect((await cancel("__x__")).status).to.equal(400);
    });
  });
});

describe("the meetings of an organisation that has its own collection", () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    const cancelValues = ["off", "dropped"];
    const names = { statusField: "état", instanceField: "bot-instance" };
    const meeting = { ...NAMING.meeting, ...names, cancelValues };
    api = await ApiUnderTest.start({
      meetingsPath: "organizations/{organizationId}/meetings",
      naming: { ...NAMING, meeting },
    });
    await api.write(`organizations/${ORGANIZATION}/meetings/one`, {
      meeting_url,
      état: "on",
      "bot-instance": "bot",
    });
    await api.write("organizations/umbrella/meetings/two", { meeting_url, état: "on" });
    await api.write(`organizations/${ORGANIZATION}/meetings/odd`, { ...others, état: "on" });
  });
  afterEach(() => api.stop());

  it("need not say whose they are, and may not say another's", async () => {
    const { body } = await api.request("/v1/meetings");
    const one = { id: "one", meeting_url, meeting_status: "on", bot_instance_id: "bot" };
    expect(body).to.deep.equal({ meetings: [one] });
    expect((await api.request("/v1/meetings/one")).body).to.deep.equal(one);
    for (const id of ["two", "odd"]) {
      expect((await api.request(`/v1/meetings/${id}`)).status).to.equal(404);
    }
  });

  it("are cancelled in the operator's words", async () => {
    await api.post("/v1/meetings/one/cancel");
    const path = `organizations/${ORGANIZATION}/meetings/one`;
    expect(await api.read(path)).to.include({ état: "off" });
    await api.firestore.doc(path).update({ état: "dropped" });
    await api.post("/v1/meetings/one/cancel");
    expect(await api.read(path)).to.include({ état: "dropped" });
  });
});
