import { DAY, MINUTE, SECOND, toFields, type WebhookDelivery } from "@meeting-bot/core";
import { expect } from "chai";
import { MEETINGS, writeCursor } from "../../../src/api/cursor.ts";
import { ApiUnderTest, ORGANIZATION } from "../support/api-under-test.ts";

const NOW = Date.now();
const [A, B, C, THEIRS, NOBODYS, MISSING] = ["a", "b", "c", "t", "n", "m"].map(
  (letter) => `msg_${letter.repeat(20)}`,
) as [string, string, string, string, string, string];

/** A delivery that has failed for good. */
function delivery(fields: Partial<WebhookDelivery> = {}): Omit<WebhookDelivery, "id"> {
  return {
    organizationId: ORGANIZATION,
    endpointId: "we_0123456789abcdef",
    type: "recording.completed",
    occurredAt: NOW - 10 * MINUTE,
    data: {
      botInstanceId: "bot",
      organizationId: ORGANIZATION,
      meetings: [{ id: "one", path: "meetings/one" }],
      status: "done",
      partial: false,
      durationSeconds: 12.5,
      outputs: [],
      error: null,
    },
    status: "failed",
    attempt: 2,
    attempts: [
      { at: NOW - 9 * MINUTE, durationMs: 120, statusCode: 500 },
      { at: NOW - 5 * MINUTE, durationMs: 30_000, problem: "It did not answer." },
    ],
    createdAt: NOW - 10 * MINUTE,
    endedAt: NOW - 5 * MINUTE,
    expiresAt: NOW + 30 * DAY,
    ...fields,
  };
}

describe("the webhook deliveries of an organisation", () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await ApiUnderTest.start();
    await write(A);
    await write(B, { status: "delivered" });
    await write(C, {
      status: "pending",
      wakeAt: NOW + MINUTE,
      endedAt: undefined,
    });
    await write(THEIRS, { organizationId: "umbrella" });
    await write(NOBODYS, { organizationId: null });
  });
  afterEach(() => api.stop());

  const write = (id: string, fields: Partial<WebhookDelivery> = {}) =>
    api.write(`bot_webhook_deliveries/${id}`, toFields(delivery(fields)));
  const list = async (query = "") => {
    const { body } = await api.request(`/v1/webhook-deliveries${query}`);
    const { deliveries, next_cursor: cursor } = Object(body);
    return { ids: deliveries.map(({ id }: { id: string }) => id), cursor };
  };

  it("are listed, page by page, each once", async () => {
    const { ids } = await list();
    expect(ids).to.have.members([A, B, C]);
    const first = await list("?limit=2");
    const second = await list(`?limit=2&cursor=${first.cursor}`);
    expect([...first.ids, ...second.ids]).to.deep.equal(ids);
    expect(second.cursor).to.equal(undefined);
  });

  it("are listed by how they have ended", async () => {
    expect((await list("?status=failed")).ids).to.deep.equal([A]);
    expect((await list("?status=pending")).ids).to.deep.equal([C]);
  });

  it("are not listed by what is not in the description", async () => {
    for (const query of ["status=lost", "limit=0", "cursor=Li4", "after=x"]) {
      expect((await api.request(`/v1/webhook-deliveries?${query}`)).status, query).to.equal(400);
    }
  });

  it("are listed by cursors of this list alone", async () => {
    for (const foreign of ["one", A]) {
      const cursor = writeCursor(MEETINGS, foreign);
      const { status, body } = await api.request(`/v1/webhook-deliveries?cursor=${cursor}`);
      expect(status, foreign).to.equal(400);
      expect(Object(body).errors[0].field).to.equal("query.cursor");
    }
  });

  it("are shown with their attempts, and without what they say", async () => {
    const { status, body } = await api.request(`/v1/webhook-deliveries/${A}`);
    expect(status).to.equal(200);
    expect(body).to.deep.equal({
      id: A,
      endpoint_id: "we_0123456789abcdef",
      type: "recording.completed",
      occurred_at: new Date(NOW - 10 * MINUTE).toISOString(),
      status: "failed",
      attempt: 2,
      attempts: [
        { at: new Date(NOW - 9 * MINUTE).toISOString(), duration_ms: 120, status_code: 500 },
        {
          at: new Date(NOW - 5 * MINUTE).toISOString(),
          duration_ms: 30_000,
          problem: "It did not answer.",
        },
      ],
      created_at: new Date(NOW - 10 * MINUTE).toISOString(),
      ended_at: new Date(NOW - 5 * MINUTE).toISOString(),
    });
    const pending = await api.request(`/v1/webhook-deliveries/${C}`);
    expect(pending.body).to.include({ next_attempt_at: new Date(NOW + MINUTE).toISOString() });
  });

  it("are no other organisation's, and those that are there", async () => {
    for (const id of [THEIRS, NOBODYS, MISSING]) {
      expect((await api.request(`/v1/webhook-deliveries/${id}`)).status, id).to.equal(404);
      const resent = await api.post(`/v1/webhook-deliveries/${id}/resend`);
      expect(resent.status, id).to.equal(404);
    }
    expect(api.timer.set).to.deep.equal([]);
  });

  it("have ids of one form", async () => {
    for (const id of ["x", "msg_", "msg_a%2Fb"]) {
      expect((await api.request(`/v1/webhook-deliveries/${id}`)).status, id).to.equal(400);
      const { status } = await api.post(`/v1/webhook-deliveries/${id}/resend`);
      expect(status, id).to.equal(400);
    }
  });

  it("are sent again, at once and under the same id", async () => {
    const { status, body } = await api.post(`/v1/webhook-deliveries/${A}/resend`);
    expect(status).to.equal(202);
    expect(body).to.include({ id: A, status: "pending" }).and.not.have.property("ended_at");
    const [timer] = api.timer.set;
    expect(timer).to.include({ instanceId: A });
    expect(timer?.dueAt).to.be.closeTo(Date.now(), 5 * SECOND);
    const { status: now } = (await api.read(`bot_webhook_deliveries/${A}`)) ?? {};
    expect(now).to.equal("pending");
  });
});
