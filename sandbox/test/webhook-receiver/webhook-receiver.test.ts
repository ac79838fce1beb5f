import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import { always, failing } from "../../src/webhook-receiver/answers.ts";
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../src/webhook-receiver/webhook-receiver.ts";

const SECRET = `whsec_${randomBytes(32).toString("base64")}`;
const BODY = '{"type":"recording.completed"}';

describe("the webhook receiver", () => {
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
    receiver.trust(SECRET);
  });
  afterEach(() => receiver.stop());

  async function send(secret = SECRET, id = "msg_1"): Promise<Response> {
    const sentAt = new Date();
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign(id, sentAt, BODY),
    };
    const options = { method: "POST", headers, body: BODY, redirect: "manual" } as const;
    const response = await fetch(receiver.url, options);
    await response.body?.cancel();
    return response;
  }

  it("takes and records what is signed with a secret that it trusts", async () => {
    expect((await send()).status).to.equal(204);
    expect(receiver.received).to.have.length(1);
    expect(receiver.received[0]).to.include({
      id: "msg_1",
      body: BODY,
      verified: true,
      status: 204,
    });
  });

  it("believes nothing else, whatever it was told to answer", async () => {
    receiver.behave(always(200));
    const other = `whsec_${randomBytes(32).toString("base64")}`;
    expect((await send(other)).status).to.equal(401);
    expect((await fetch(receiver.url, { method: "POST", body: BODY })).status).to.equal(401);
    expect(receiver.received.map(({ verified }) => verified)).to.deep.equal([false, false]);
  });

  it("answers as it is told to", async () => {
    receiver.behave(always(429, { "retry-after": "60" }));
    const busy = await send();
    expect([busy.status, busy.headers.get("retry-after")]).to.deep.equal([429, "60"]);
    receiver.behave(always(302, { location: "http://127.0.0.1/" }));
    expect((await send()).status).to.equal(302);
    receiver.behave(always(410));
    expect((await send()).status).to.equal(410);
  });

  it("fails for its share", async () => {
    const drawn = [0.1, 0.29, 0.3, 0.9];
    receiver.behave(failing(0.3, () => drawn.shift() ?? 1));
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await send()).status);
    expect(statuses).to.deep.equal([500, 500, 204, 204]);
  });

  it("dies and comes back where it was", async () => {
    await receiver.die();
    const error = await send().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TypeError);
    await receiver.revive();
    expect((await send()).status).to.equal(204);
  });
});
