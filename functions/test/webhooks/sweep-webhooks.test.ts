import { MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { PATIENCE_MS } from "../../src/webhooks/renewal.ts";
import { WebhookWorld } from "./support/webhook-world.ts";

describe("sweepWebhooks", function () {
  this.timeout(30_000);

  let world: WebhookWorld;
  let endpointId: string;
  beforeEach(async () => {
    world = await WebhookWorld.open();
    endpointId = (await world.addEndpoint()).id;
  });
  afterEach(() => world.close());

  const timed = () => world.timer.set.map(({ instanceId }) => instanceId);

  it("gives what is late another task, due at once", async () => {
    const wakeAt = Date.now() - PATIENCE_MS - SECOND;
    const id = await world.addDelivery(endpointId, { wakeAt });
    await world.sweep();
    expect(world.timer.set).to.deep.equal([{ instanceId: id, dueAt: wakeAt + PATIENCE_MS }]);
  });

  it("leaves alone what still has a task, is due later, or has ended", async () => {
    const late = Date.now() - MINUTE;
    await world.addDelivery(endpointId, { wakeAt: Date.now() - SECOND });
    await world.addDelivery(endpointId, { wakeAt: Date.now() + MINUTE });
    const ended = await world.addDelivery(endpointId, { wakeAt: late });
    await world.deliver(ended);
    await world.sweep();
    expect(timed()).to.deep.equal([]);
  });

  it("finds an attempt again whose maker has died", async () => {
    const claimExpiresAt = Date.now() - MINUTE;
    const lost = { attempt: 1, claimToken: "dead", claimExpiresAt, wakeAt: claimExpiresAt };
    const id = await world.addDelivery(endpointId, lost);
    await world.sweep();
    expect(timed()).to.deep.equal([id]);
    await world.deliver(id);
    expect(await world.delivery(id)).to.deep.include({ status: "delivered", attempt: 2 });
  });

  it("goes through all pages, the longest waiting first", async () => {
    const base = Date.now() - 10 * MINUTE;
    const ids = await Promise.all(
      Array.from({ length: 205 }, (_, index) =>
        world.addDelivery(endpointId, { wakeAt: base + index }),
      ),
    );
    await world.sweep();
    expect(timed()).to.deep.equal(ids);
  });

  it("is not kept from the others by one whose timer cannot be set", async () => {
    world.timer.failure = new Error("no queue");
    const wakeAt = Date.now() - MINUTE;
    const ids = [
      await world.addDelivery(endpointId, { wakeAt }),
      await world.addDelivery(endpointId, { wakeAt }),
    ];
    await world.sweep();
    for (const id of ids) expect(world.logs).to.contain(id);
  });
});
