import { HOUR, MINUTE } from "@meeting-bot/core";
import { expect } from "chai";
import { RULES } from "../../../../core/test/support/instances.ts";
import { ApiUnderTest, ORGANIZATION } from "../support/api-under-test.ts";

const OURS = { creator_organization_id: ORGANIZATION };
const MINE = {
  ...OURS,
  meeting_url: "https://meet.google.com/abc-defg-hij",
  status: "scheduled",
  bot_instance_id: "bot",
};

describe("POST /v1/meetings/{id}/retry", () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });
  afterEach(() => api.stop());

  const retry = (id = "one", headers = {}) =>
    api.post(`/v1/meetings/${id}/retry`, undefined, { headers });
  const write = async (bot: Record<string, unknown>, meeting: Record<string, unknown> = {}) => {
    await api.write("bot_instances/bot", { ...OURS, ...bot });
    await api.write("meetings/one", { ...MINE, ...meeting });
  };
  const asked = async () => (await api.read("meetings/one"))?.["recording_retry"];

  it("asks for another attempt, whatever came of the last one", async () => {
    const ids = new Set<unknown>();
    for (const status of ["failed", "cancelled", "done"]) {
      await write({ status });
      const { status: answer, body } = await retry();
      expect(answer, status).to.equal(202);
      expect(body).to.include({ id: "one", meeting_status: "scheduled" });
      expect(await asked())
        .to.be.a("string")
        .and.not.equal("");
      ids.add(await asked());
    }
    expect(ids.size).to.equal(3);
  });

  it("asks for a bot of a meeting that has none, or none that can be found", async () => {
    await api.write("meetings/one", { ...MINE, bot_instance_id: null });
    expect((await retry()).status).to.equal(202);
    await api.write("meetings/one", { ...MINE, bot_instance_id: "gone" });
    expect((await retry()).status).to.equal(202);
  });

  it("is refused while the bot waits or is at work", async () => {
    for (const status of ["queued", "processing"]) {
      await write({ status });
      const { status: answer, body } = await retry();
      expect(answer).to.equal(409);
      expect(body).to.include({ type: "urn:meeting-bot:problem:bot-at-work" });
    }
    expect(await asked()).to.equal(undefined);
  });

  it("is refused where no bot could go", async () => {
    const over = new Date(Date.now() - MINUTE);
    const long = new Date(Date.now() - (RULES.maxRecordingMinutes + 1) * MINUTE);
    for (const [meeting, detail] of [
      [{ status: "cancelled" }, /wants no bot/],
      [{ status: "draft" }, /wants no bot/],
      [{ end: over }, /cannot be on/],
      [{ start: long }, /cannot be on/],
      [{ meeting_url: "https://example.com/x" }, /example\.com|link/],
    ] as const) {
      await write({ status: "failed" }, meeting);
      const { status, body } = await retry();
      expect(status).to.equal(409);
      expect(body).to.include({ type: "urn:meeting-bot:problem:nothing-to-retry" });
      expect(body?.["detail"]).to.match(detail);
    }
    expect(await asked()).to.equal(undefined);
  });

  it("asks for an import that has failed at any time, and for none that was fetched", async () => {
    const source = { uri: "s3://imports/a.webm", recording_id: "rec-1" };
    const end = new Date(Date.now() - 30 * 24 * HOUR);
    await write({ status: "failed", source }, { end, status: null, meeting_url: null });
    expect((await retry()).status).to.equal(202);
    await write({ status: "done", source }, { end });
    expect((await retry()).status).to.equal(409);
  });

  it("asks once for several requests with the same key, whatever has come of it", async () => {
    await write({ status: "failed" });
    const headers = { "Idempotency-Key": "again-1" };
    const first = await retry("one", headers);
    const id = await asked();
    await api.write("bot_instances/bot", { ...OURS, status: "processing" });
    const second = await retry("one", headers);
    expect([first.status, second.status]).to.deep.equal([202, 202]);
    const replayed = [first, second].map(({ headers }) => headers.get("idempotency-replayed"));
    expect(replayed).to.deep.equal([null, "true"]);
    expect(await asked()).to.equal(id);
    await api.write("bot_instances/bot", { ...OURS, status: "failed" });
    await retry("one", { "Idempotency-Key": "again-2" });
    expect(await asked()).not.to.equal(id);
  });

  it("knows no other organisation's, and none that is not there", async () => {
    await write({ status: "failed" }, { creator_organization_id: "umbrella" });
    expect((await retry()).status).to.equal(404);
    expect(await asked()).to.equal(undefined);
    expect((await retry("missing")).status).to.equal(404);
    expect((await retry("__x__")).status).to.equal(400);
  });
});
