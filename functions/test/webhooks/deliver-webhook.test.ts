import { HOUR, MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { always } from "../../../sandbox/src/webhook-receiver/answers.ts";
import { endpointSecret } from "../../src/webhooks/signing.ts";
import { ORGANIZATION, WebhookWorld } from "./support/webhook-world.ts";

describe("deliverWebhook", function () {
  this.timeout(20_000);

  let world: WebhookWorld;
  beforeEach(async () => {
    world = await WebhookWorld.open();
  });
  afterEach(() => world.close());

  /** An endpoint and a delivery that is due there, once it was tried. */
  async function tried(fields = {}) {
    const endpoint = await world.addEndpoint();
    const id = await world.addDelivery(endpoint.id, fields);
    await world.deliver(id);
    return { endpoint, id, delivery: await world.delivery(id) };
  }

  it("posts what happened, signed with the endpoint's secret, and is done", async () => {
    const { id, delivery } = await tried();
    expect(delivery).to.deep.include({ status: "delivered", attempt: 1 });
    expect(delivery).to.not.have.property("wakeAt");
    expect(delivery.attempts).to.have.length(1);
    expect(delivery.attempts[0]).to.include({ statusCode: 204 });
    const [message, ...others] = world.receiver.received;
    expect(others).to.deep.equal([]);
    expect(message).to.include({ id, verified: true });
    expect(message?.headers).to.include({ "content-type": "application/json" });
    expect(JSON.parse(message?.body ?? "")).to.deep.include({ type: "recording.completed" });
    expect(world.timer.set).to.deep.equal([]);
  });

  it("signs with both master secrets while one replaces the other", async () => {
    const old = "o".repeat(32);
    world.services.webhookMasters = () => ["n".repeat(32), old];
    const endpoint = await world.addEndpoint();
    world.receiver.trust(endpointSecret(old, endpoint.id));
    await world.deliver(await world.addDelivery(endpoint.id));
    expect(world.receiver.received).to.have.length(1);
    expect(world.receiver.received[0]).to.include({ verified: true });
  });

  it("tries again with the same id, at the time of the schedule, and sets the timer for it", async () => {
    world.receiver.behave(always(500));
    const { id, delivery } = await tried();
    expect(delivery).to.deep.include({ status: "pending", attempt: 1 });
    expect(delivery.attempts[0]).to.include({ statusCode: 500 });
    expect(delivery.wakeAt).to.be.within(Date.now(), Date.now() + 6 * SECOND);
    expect(world.timer.set).to.deep.equal([{ instanceId: id, dueAt: delivery.wakeAt }]);

    world.receiver.behave(always(200));
    await world.deliver(id);
    await world.wake(id);
    await world.deliver(id);
    expect(await world.delivery(id)).to.deep.include({ status: "delivered", attempt: 2 });
    expect(world.receiver.received.map((message) => message.id)).to.deep.equal([id, id]);
  });

  it("gives up after the last attempt, and keeps the delivery", async () => {
    world.receiver.behave(always(500));
    const { delivery } = await tried({ attempt: 9 });
    expect(delivery).to.deep.include({ status: "failed", attempt: 10 });
    expect(world.timer.set).to.deep.equal([]);
    expect(world.logs).to.contain("webhook given up");
  });

  it("waits as long as an endpoint asks that has too much to do", async () => {
    world.receiver.behave(always(429, { "retry-after": "3600" }));
    const { delivery } = await tried();
    expect(delivery.wakeAt).to.be.within(Date.now() + 59 * MINUTE, Date.now() + 2 * HOUR);
  });

  it("takes a redirect for a failure and does not follow it", async () => {
    world.receiver.behave(always(307, { location: world.receiver.url }));
    const { delivery } = await tried();
    expect(delivery).to.deep.include({ status: "pending" });
    expect(delivery.attempts[0]).to.include({ statusCode: 307 });
    expect(world.receiver.received).to.have.length(1);
  });

  it("sends nothing more to an endpoint that answers 410", async () => {
    world.receiver.behave(always(410));
    const { endpoint, delivery } = await tried();
    expect(delivery).to.deep.include({ status: "failed" });
    const [disabled] = await world.services.webhooks.listEndpoints(ORGANIZATION);
    expect(disabled).to.have.property("disabledReason", "It answered 410 Gone.");
    const next = await world.addDelivery(endpoint.id);
    await world.deliver(next);
    expect(await world.delivery(next)).to.deep.include({ status: "failed" });
    expect((await world.delivery(next)).attempts[0]).to.include({
      problem: "The endpoint is disabled.",
    });
    expect(world.receiver.received).to.have.length(1);
  });

  it("ends what was for an endpoint that is gone", async () => {
    const { id } = await world.addEndpoint();
    const delivery = await world.addDelivery(id);
    await world.services.webhooks.removeEndpoint(ORGANIZATION, id);
    await world.deliver(delivery);
    expect(await world.delivery(delivery)).to.deep.include({ status: "failed" });
    expect(world.receiver.received).to.deep.equal([]);
  });

  it("notes why nobody was reached", async () => {
    await world.receiver.die();
    const { delivery } = await tried();
    expect(delivery).to.deep.include({ status: "pending" });
    expect(delivery.attempts[0]).to.include({ problem: "The connection failed: ECONNREFUSED." });
    expect(delivery.attempts[0]).to.not.have.property("statusCode");
  });

  it("is made by one of several that are called at once", async () => {
    const endpoint = await world.addEndpoint();
    const id = await world.addDelivery(endpoint.id);
    await world.deliver(id, 4);
    expect(world.receiver.received).to.have.length(1);
    expect(await world.delivery(id)).to.deep.include({ status: "delivered", attempt: 1 });
  });

  it("does nothing before it is due, after it has ended, and for what there is not", async () => {
    const endpoint = await world.addEndpoint();
    await world.deliver(await world.addDelivery(endpoint.id, { wakeAt: Date.now() + MINUTE }));
    await world.deliver(await world.addDelivery(endpoint.id, { status: "delivered" }));
    await world.deliver("msg_00000000000000000000");
    expect(world.receiver.received).to.deep.equal([]);
  });

  it("begins no attempt without a secret to sign with", async () => {
    world.services.webhookMasters = () => {
      throw new Error("no secret");
    };
    const endpoint = await world.addEndpoint();
    const id = await world.addDelivery(endpoint.id);
    const error = await world.deliver(id).catch((reason: unknown) => reason);
    expect(error).to.have.property("message", "no secret");
    expect(await world.delivery(id)).to.deep.include({ status: "pending", attempt: 0 });
  });

  it("adds links only for an endpoint that asks for them, signed anew for each attempt", async () => {
    const plain = await world.addEndpoint();
    await world.deliver(await world.addDelivery(plain.id));
    expect(world.signed).to.deep.equal([]);
    const { id: endpointId } = await world.addEndpoint({ signedUrls: true });
    world.receiver.behave(always(500));
    const id = await world.addDelivery(endpointId);
    await world.deliver(id);
    await world.wake(id);
    await world.deliver(id);
    expect(world.signed).to.deep.equal(["a/video.mp4", "a/video.mp4"]);
    const [artifact] = JSON.parse(world.receiver.received.at(-1)?.body ?? "").data.artifacts;
    expect(artifact.url).to.equal("https://signed.example.com/a/video.mp4?signature=hidden");
    expect(Date.parse(artifact.url_expires_at)).to.be.above(Date.now() + 23 * HOUR);
  });

  it("counts as failed an attempt whose message cannot be made, and tells the endpoint's owner no more", async () => {
    world.services.recordings = async () => {
      throw new Error("no permission to sign");
    };
    const endpoint = await world.addEndpoint({ signedUrls: true });
    const id = await world.addDelivery(endpoint.id);
    await world.deliver(id);
    const delivery = await world.delivery(id);
    expect(delivery).to.deep.include({ status: "pending", attempt: 1 });
    expect(delivery.attempts[0]).to.include({ problem: "The message could not be made." });
    expect(world.logs).to.contain("no permission to sign");
  });

  it("is not kept from its end by a timer that cannot be set", async () => {
    world.timer.failure = new Error("no queue");
    world.receiver.behave(always(500));
    const { delivery } = await tried();
    expect(delivery.attempts).to.have.length(1);
    expect(world.logs).to.contain("no queue");
  });

  it("logs neither the URL nor a secret", async () => {
    const url = `${world.receiver.url}?token=hidden`;
    const endpoint = await world.addEndpoint({ url, signedUrls: true });
    world.receiver.behave(always(500));
    const id = await world.addDelivery(endpoint.id);
    await world.deliver(id);
    const written = world.logs + JSON.stringify(await world.delivery(id));
    expect(written).to.contain(endpoint.id);
    expect(written).to.not.match(/hidden|127\.0\.0\.1|whsec_|v1,/);
  });
});
