import { Timestamp } from "@google-cloud/firestore";
import { DAY, hashOf, MINUTE } from "@meeting-bot/core";
import { expect } from "chai";
import { NAMING } from "../../../../core/test/support/instances.ts";
import { ApiUnderTest, ORGANIZATION } from "../support/api-under-test.ts";

const meeting_url = "https://meet.google.com/abc-defg-hij";

describe("POST /v1/meetings", () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });
  afterEach(() => api.stop());

  const post = (json: unknown, headers: Record<string, string> = {}) =>
    api.post("/v1/meetings", json, { headers });
  const fieldsOf = (body: object | undefined) =>
    (Object(body).errors as { field: string }[]).map(({ field }) => field);

  it("writes the document that a Firestore client would", async () => {
    const asked = {
      meeting_url,
      start: "2030-01-31T10:00:00+01:00",
      end: "2030-01-31T11:00:00Z",
      occurrence_start_utc: "2030-01-31T09:00:00Z",
      timezone: "Europe/Berlin",
      bot_name: "Notes",
      gcs_path: "acme/standup",
      recording_options: { formats: ["audio.m4a"] },
    };
    const { status, body, headers } = await post(asked);
    expect(status).to.equal(201);
    const [id, ...others] = await api.list("meetings");
    expect(others).to.deep.equal([]);
    expect(headers.get("location")).to.equal(`meetings/${id}`);
    expect(body).to.deep.equal({
      ...asked,
      id,
      meeting_status: "scheduled",
      start: "2030-01-31T09:00:00.000Z",
      end: "2030-01-31T11:00:00.000Z",
      occurrence_start_utc: "2030-01-31T09:00:00.000Z",
      creator_organization_id: ORGANIZATION,
      creator_user_id: "ada",
    });
    expect(await api.read(`meetings/${id}`)).to.deep.equal({
      ...asked,
      status: "scheduled",
      start: Timestamp.fromMillis(Date.UTC(2030, 0, 31, 9)),
      end: Timestamp.fromMillis(Date.UTC(2030, 0, 31, 11)),
      occurrence_start_utc: Timestamp.fromMillis(Date.UTC(2030, 0, 31, 9)),
      creator_organization_id: ORGANIZATION,
      creator_user_id: "ada",
    });
  });

  const nine = Timestamp.fromMillis(Date.UTC(2030, 0, 31, 9));
  const forms: [start: unknown, timezone?: string][] = [
    ["2030-01-31T10:00:00+0100"],
    ["2030-01-31 10:00+01"],
    ["2030-01-31T10:00", "Europe/Berlin"],
    ["2030-01-31 10:00:00", "W. Europe Standard Time"],
    [{ dateTime: "2030-01-31T10:00:00.0000000", timeZone: "W. Europe Standard Time" }],
    [{ dateTime: "2030-01-31T10:00:00+01:00", timeZone: "Europe/Berlin" }],
    [{ dateTime: "2030-01-31T10:00:00", timeZone: null }, "Europe/Berlin"],
  ];
  for (const [start, timezone] of forms) {
    it(`writes a Timestamp for ${JSON.stringify(start)} ${timezone ?? ""}`, async () => {
      const { status, body } = await post({ meeting_url, start, ...(timezone && { timezone }) });
      expect([status, body?.["start"]]).to.deep.equal([201, "2030-01-31T09:00:00.000Z"]);
      const [id] = await api.list("meetings");
      expect(await api.read(`meetings/${id}`)).to.deep.include({ start: nine });
    });
  }

  const refused: [fields: object, field: string, message: RegExp][] = [
    [{ start: "2030-01-31T10:00" }, "start", /is local time without a zone.*`timezone`/],
    [{ start: "2030-01-31" }, "start", /is a day without a time/],
    [{ start: "2030-02-31T10:00Z" }, "start", /does not exist/],
    [{ end: "2030-01-31T24:00Z" }, "end", /does not exist/],
    [{ start: 1_900_000_000 }, "start", /must be string/],
    [{ start: { date: "2030-01-31" } }, "start", /is a day without a time/],
    [{ start: "2030-01-31T10:00Z", end: "2030-01-31T10:00Z" }, "end", /must be later than `start`/],
    [{ start: "2020-01-31T10:00Z" }, "start", /is past/],
    [{ occurrence_start_utc: "2020-01-31T10:00Z" }, "occurrence_start_utc", /is past/],
    [{ start: "2020-01-31T10:00Z", end: "2020-01-31T11:00Z" }, "end", /is past/],
    [{ end: "2020-01-31T11:00Z" }, "end", /is past/],
    [{ metadata: { "a b": "c" } }, "metadata", /must have keys of/],
    [{ metadata: { a: "\u0000" } }, "metadata.a", /contains control characters/],
    [{ metadata: { a: 1 } }, "metadata.a", /must be string/],
  ];
  for (const [fields, field, message] of refused) {
    it(`refuses ${JSON.stringify(fields)} with its field, and writes nothing`, async () => {
      const { status, body } = await post({ meeting_url, ...fields });
      expect(status).to.equal(400);
      const [error] = Object(body).errors as { field: string; message: string }[];
      expect(error?.field).to.equal(field);
      expect(error?.message).to.match(message);
      expect(await api.list("meetings")).to.deep.equal([]);
    });
  }

  it("takes a meeting that began and can still be on", async () => {
    const start = new Date(Date.now() - MINUTE).toISOString();
    expect((await post({ meeting_url, start })).status).to.equal(201);
  });

  it("gives metadata back", async () => {
    const metadata = { ticket: "T-1", "a.b": "" };
    const { status, body } = await post({ meeting_url, metadata });
    expect([status, body?.["metadata"]]).to.deep.equal([201, metadata]);
    const [id] = await api.list("meetings");
    expect(await api.read(`meetings/${id}`)).to.deep.include({ metadata });
  });

  it("names no user for an API key", async () => {
    const { body } = await api.post("/v1/meetings", { meeting_url }, { token: await api.apiKey() });
    expect(body).to.include({ creator_organization_id: ORGANIZATION });
    expect(body).not.to.have.property("creator_user_id");
  });

  it("says what is wrong with each field, and writes nothing", async () => {
    const { status, body } = await post({
      meeting_url: "https://example.com/x",
      start: "2016-12-31T23:59:60Z",
      bot_name: "a\u0000b",
      gcs_path: "../up",
      recording_options: { crf: 99, nothing: 1 },
    });
    expect(status).to.equal(400);
    expect(fieldsOf(body)).to.have.members([
      "meeting_url",
      "start",
      "bot_name",
      "gcs_path",
      "recording_options.crf",
      "recording_options",
    ]);
    expect(await api.list("meetings")).to.deep.equal([]);
  });

  it("says what is wrong with a body of another form", async () => {
    for (const [json, fields] of [
      [{}, ["meeting_url"]],
      [[], ["body"]],
      [null, ["body"]],
      [{ meeting_url: 7, start: 7 }, ["meeting_url", "start"]],
      [{ meeting_url, status: "scheduled" }, ["status"]],
      [{ meeting_url, bot_instance_id: "x", recording: {} }, ["bot_instance_id", "recording"]],
      [{ meeting_url, creator_organization_id: "other" }, ["creator_organization_id"]],
    ] as const) {
      const { status, body } = await post(json);
      expect(status).to.equal(400);
      expect(fieldsOf(body), JSON.stringify(json)).to.have.members([...fields]);
    }
    expect(await api.list("meetings")).to.deep.equal([]);
  });

  describe("with an idempotency key", () => {
    const key = { "Idempotency-Key": "order-1" };

    it("gives a repeated request the answer of the first one", async () => {
      const first = await post({ meeting_url }, key);
      expect(first.headers.get("idempotency-replayed")).to.equal(null);
      // What has become of it meanwhile does not show.
      const id = Object(first.body).id;
      await api.firestore.doc(`meetings/${id}`).update({ status: "cancelled" });
      const second = await post({ meeting_url }, key);
      expect(second.status).to.equal(201);
      expect(second.headers.get("idempotency-replayed")).to.equal("true");
      expect(second.headers.get("location")).to.equal(first.headers.get("location"));
      expect(second.body).to.deep.equal(first.body);
      expect(await api.list("meetings")).to.deep.equal([id]);
    });

    it("refuses another request with the same key, another user's too", async () => {
      await post({ meeting_url }, key);
      expect((await post({ meeting_url, bot_name: "Other" }, key)).status).to.equal(422);
      const token = api.userToken("bob");
      const { status } = await api.post("/v1/meetings", { meeting_url }, { token, headers: key });
      expect(status).to.equal(422);
      expect(await api.list("meetings")).to.have.length(1);
    });

    it("makes one meeting of several requests at once", async () => {
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => post({ meeting_url }, key)),
      );
      const ids = answers.map(({ body }) => Object(body).id);
      expect(new Set(ids).size).to.equal(1);
      expect(await api.list("meetings")).to.deep.equal([ids[0]]);
      const replayed = answers.filter(({ headers }) => headers.get("idempotency-replayed"));
      expect(replayed).to.have.length(4);
    });

    it("keeps the keys of organisations apart", async () => {
      await post({ meeting_url }, key);
      const token = api.userToken("ada", { organization_id: "umbrella" });
      const other = await api.post("/v1/meetings", { meeting_url }, { token, headers: key });
      expect([other.status, other.headers.get("idempotency-replayed")]).to.deep.equal([201, null]);
    });

    it("forgets a key after a day, in a document that Firestore deletes", async () => {
      const first = await post({ meeting_url }, key);
      const path = `bot_idempotency_keys/${hashOf(ORGANIZATION, "order-1")}`;
      const { expires_at: expiresAt } = (await api.read(path)) ?? {};
      expect((expiresAt as Timestamp).toMillis()).to.be.closeTo(Date.now() + DAY, 60_000);
      await api.firestore.doc(path).update({ expires_at: new Date(Date.now() - 1) });
      const second = await post({ meeting_url }, key);
      expect(second.headers.get("idempotency-replayed")).to.equal(null);
      expect(Object(second.body).id).not.to.equal(Object(first.body).id);
    });

    it("refuses a key of another form", async () => {
      for (const odd of ["a b", "x".repeat(256)]) {
        const { status, body } = await post({ meeting_url }, { "Idempotency-Key": odd });
        expect(status).to.equal(400);
        expect(fieldsOf(body)).to.deep.equal(["header.Idempotency-Key"]);
      }
    });
  });
});

describe("POST /v1/meetings elsewhere", () => {
  it("writes into the organisation's own collection, in the operator's words", async () => {
    const meeting = { ...NAMING.meeting, statusField: "state", statusValues: ["wanted", "asked"] };
    const api = await ApiUnderTest.start({
      meetingsPath: "tenants/{tenant}/calls",
      naming: { ...NAMING, meeting },
    });
    try {
      const { body } = await api.post("/v1/meetings", { meeting_url });
      expect(body).to.include({ meeting_status: "wanted" });
      const path = `tenants/${ORGANIZATION}/calls/${Object(body).id}`;
      expect(await api.read(path)).to.include({ meeting_url, state: "wanted" });
    } finally {
      await api.stop();
    }
  });
});
