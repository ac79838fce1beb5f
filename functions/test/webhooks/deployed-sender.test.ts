import { MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { startTaskQueues, type TaskQueues } from "../../../sandbox/src/tasks/task-queues.ts";
import { failing } from "../../../sandbox/src/webhook-receiver/answers.ts";
import { eventually, until } from "../../../test/eventually.ts";
import { DELIVERY_QUEUE, DELIVERY_TASKS } from "../../src/timers/delivery-queue.ts";
import { SenderProcess } from "./support/sender-process.ts";
import { MASTER, WebhookWorld } from "./support/webhook-world.ts";

describe("the deployed sender of webhooks", function () {
  this.timeout(MINUTE);

  let world: WebhookWorld;
  let queues: TaskQueues;
  let sender: SenderProcess;

  beforeEach(async () => {
    world = await WebhookWorld.open();
    queues = await startTaskQueues({ queues: { [DELIVERY_TASKS.functionName]: DELIVERY_QUEUE } });
    const { projectId } = world;
    sender = await SenderProcess.start({ projectId, tasksHost: queues.host, masters: MASTER });
    queues.connect(sender.url);
  });

  afterEach(async () => {
    await sender.kill();
    await queues.stop();
    await world.close();
  });

  const late = () => Date.now() - MINUTE;

  it("delivers what the sweep finds, from its own task", async () => {
    const endpoint = await world.addEndpoint();
    const id = await world.addDelivery(endpoint.id, { wakeAt: late() });
    expect(await sender.sweep()).to.equal(200);
    await until(async () => (await world.delivery(id)).status === "delivered");
    expect(world.receiver.received).to.have.length(1);
    expect(world.receiver.received[0]).to.include({ id, verified: true });
  });

  it("sets the task of the next attempt itself", async () => {
    const endpoint = await world.addEndpoint();
    world.receiver.behave(failing(1));
    const id = await world.addDelivery(endpoint.id, { wakeAt: late() });
    await sender.sweep();
    const { wakeAt = 0 } = await eventually(async () => {
      const delivery = await world.delivery(id);
      return delivery.attempts.length > 0 ? delivery : undefined;
    });
    world.receiver.behave(failing(0));
    await until(async () => (await world.delivery(id)).status === "delivered");
    expect(Date.now()).to.be.at.least(wakeAt - SECOND);
    expect(world.receiver.received.map((message) => message.id)).to.deep.equal([id, id]);
  });
});
