import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { ApiUnderTest, ORGANIZATION } from "../support/api-under-test.ts";

const meeting_url = "https://meet.google.com/abc-defg-hij";
const MINE = { meeting_url, status: "scheduled", creator_organization_id: ORGANIZATION };
const at = (hour: number) => Timestamp.fromMillis(Date.UTC(2030, 0, 31, hour));

describe("PATCH /v1/meetings/{id}", () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await ApiUnderTest.start();
    await api.write("meetings/one", { ...MINE, start: at(9), bot_name: "Notes", notes: "kept" });
  });
  afterEach(() => api.stop());

  const patch = (json: unknown, id = "one", headers = {}) =>
    api.request(`/v1/meetings/${id}`, { method: "PATCH", json, headers });
  const written = () => api.read("meetings/one");
  const fieldsOf = (body: object | undefined) =>
    (Object(body).errors as { field: string }[]).map(({ field }) => field);

  it("changes the fields that it names, removes those that are null, and leaves all others", async () => {
    const { status, body } = await patch({
      end: "2030-01-31T11:00:00+01:00",
      gcs_path: "acme/standup",
      bot_name: null,
    });
    expect(status).to.equal(200);
    expect(body).to.deep.equal({
      id: "one",
      meeting_url,
      meeting_status: "scheduled",
      start: "2030-01-31T09:00:00.000Z",
      end: "2030-01-31T10:00:00.000Z",
      gcs_path: "acme/standup",
      creator_organization_id: ORGANIZATION,
    });
    expect(await written()).to.deep.equal({
      ...MINE,
      start: at(9),
      end: at(10),
      gcs_path: "acme/standup",
      notes: "kept",
    });
  });

  it("merges maps, as RFC 7396 says", async () => {
    const options = (recording_options: unknown) => patch({ recording_options });
    await options({ formats: ["audio.m4a"], crf: 30 });
    await options({ crf: null, max_height: 720 });
    const merged = { formats: ["audio.m4a"], max_height: 720 };
    expect(await written()).to.deep.include({ recording_options: merged });
    await options(null);
    expect(await written()).not.to.have.property("recording_options");
  });

  it("merges metadata, and moves a meeting to local time in its zone", async () => {
    await patch({ metadata: { ticket: "T-1", owner: "ada" }, timezone: "Europe/Berlin" });
    const { status, body } = await patch({ metadata: { owner: null }, start: "2030-01-31T12:00" });
    expect(status).to.equal(200);
    expect(body).to.deep.include({
      metadata: { ticket: "T-1" },
      start: "2030-01-31T11:00:00.000Z",
    });
    expect(await written()).to.deep.include({ metadata: { ticket: "T-1" }, start: at(11) });
  });

  it("takes the media type of merge patches, and plain JSON", async () => {
    for (const type of ["application/merge-patch+json", "application/json; charset=utf-8"]) {
      const { status } = await patch({ bot_name: type }, "one", { "Content-Type": type });
      expect(status, type).to.equal(200);
    }
    const { status } = await patch({}, "one", { "Content-Type": "application/json-patch+json" });
    expect(status).to.equal(415);
  });

  it("writes nothing for an empty patch", async () => {
    const before = await api.firestore.doc("meetings/one").get();
    expect((await patch({})).status).to.equal(200);
    const after = await api.firestore.doc("meetings/one").get();
    expect(after.updateTime?.isEqual(before.updateTime ?? after.readTime)).to.equal(true);
  });

  it("checks the meeting as a whole, and writes nothing of one that cannot be", async () => {
    const before = await written();
    for (const [json, fields] of [
      [{ meeting_url: null }, ["meeting_url"]],
      [{ meeting_url: "https://example.com/x", bot_name: "a\u0000b" }, ["bot_name", "meeting_url"]],
      [{ gcs_path: "../up" }, ["gcs_path"]],
      [{ recording_options: { crf: 99 } }, ["recording_options.crf"]],
    ] as const) {
      const { status, body } = await patch(json);
      expect(status).to.equal(400);
      expect(fieldsOf(body), JSON.stringify(json)).to.have.members([...fields]);
    }
    expect(await written()).to.deep.equal(before);
  });

  it("sets nothing that is not the caller's to set", async () => {
    for (const field of [
      "status",
      "bot_instance_id",
      "recording",
      "recording_retry",
      "creator_organization_id",
      "creator_user_id",
      "title",
      "__proto__",
    ]) {
      const json = JSON.parse(`{ "${field}": null }`);
      const { status, body } = await patch(json);
      expect(status, field).to.equal(400);
      expect(fieldsOf(body)).to.deep.equal([field]);
    }
  });

  it("says what is wrong with a field once", async () => {
    const { body } = await patch({ bot_name: 7, recording_options: [] });
    expect(Object(body).errors).to.deep.equal([
      { field: "bot_name", message: "must be string" },
      { field: "recording_options", message: "must be object" },
    ]);
  });

  it("loses no change that somebody else makes at the same time", async () => {
    const ours = Array.from({ length: 5 }, (_, index) => ({ [`option${index}`]: index }));
    const names = ["bot_name", "gcs_path", "timezone"];
    const answers = await Promise.all([
      ...names.map((name) => patch({ [name]: "UTC" })),
      ...ours.map((fields) => api.firestore.doc("meetings/one").update(fields)),
    ]);
    expect(answers.slice(0, 3)).to.satisfy((got: { status: number }[]) =>
      got.every(({ status }) => status === 200),
    );
    const after = await written();
    expect(after).to.include({ bot_name: "UTC", gcs_path: "UTC", timezone: "UTC", option4: 4 });
  });

  describe("says what comes too late for the bot", () => {
    const late = { bot_name: "Late", timezone: "UTC", end: "2030-01-31T11:00:00Z" };
    const link = async (fields: Record<string, unknown>) => {
      await api.write("bot_instances/bot", { creator_organization_id: ORGANIZATION, ...fields });
      await api.firestore.doc("meetings/one").update({ bot_instance_id: "bot" });
    };

    it("that was sent", async () => {
      for (const fields of [
        { status: "processing", attempt: 1 },
        { status: "queued", attempt: 1 },
        { status: "done", attempt: 1 },
      ]) {
        await link(fields);
        const { body } = await patch(late);
        expect(body?.["unchanged"], fields.status).to.deep.equal(["bot_name", "timezone"]);
        expect(await written()).to.include({ bot_name: "Late" });
      }
      expect((await patch({ end: null })).body).not.to.have.property("unchanged");
    });

    it("and nothing of one that waits for its time, of none, or of another organisation's", async () => {
      expect((await patch(late)).body).not.to.have.property("unchanged");
      await link({ status: "queued", attempt: 0 });
      expect((await patch(late)).body).not.to.have.property("unchanged");
      await link({ status: "done", attempt: 1, creator_organization_id: "umbrella" });
      expect((await patch(late)).body).not.to.have.property("unchanged");
    });
  });

  it("knows no other organisation's, and none that is not there", async () => {
    const theirs = { ...MINE, creator_organization_id: "umbrella" };
    await api.write("meetings/theirs", theirs);
    for (const id of ["theirs", "missing"]) {
      expect((await patch({ bot_name: "Mine" }, id)).status, id).to.equal(404);
    }
    expect(await api.read("meetings/theirs")).to.deep.equal(theirs);
    expect((await patch({}, "__x__")).status).to.equal(400);
  });
});
