import {
  FirestoreWebhookStore,
  type WebhookDelivery,
  type WebhookEventType,
} from "@meeting-bot/core";
import { expect } from "chai";
import { endpointSecret } from "../../../functions/src/webhooks/signing.ts";
import { until } from "../../../test/eventually.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { failing } from "../../src/webhook-receiver/answers.ts";
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../src/webhook-receiver/webhook-receiver.ts";
import { meetingAt, PATIENCE_MS, seeThrough, startTestSandbox, WEBHOOKS_MS } from "./support.ts";

const ORGANIZATION = "webhooks";

describe("webhooks, deployed", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;
  let receiver: WebhookReceiver;
  let webhooks: FirestoreWebhookStore;

  before(async () => {
    sandbox = await startTestSandbox("webhooks", { sweepSeconds: 5 });
    webhooks = new FirestoreWebhookStore(sandbox.firestore);
  });
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
  });
  afterEach(() => receiver.stop());
  after(() => sandbox?.stop());

  /** An endpoint at the receiver, which has been given its current secret or the one before. */
  async function subscribe(events: WebhookEventType[], secret: 0 | 1): Promise<void> {
    const outcome = await webhooks.addEndpoint(ORGANIZATION, { url: receiver.url, events });
    if (!outcome.ok) throw new Error(outcome.reason);
    const master = sandbox.secrets.WEBHOOK_SECRETS.split(" ")[secret] ?? "";
    receiver.trust(endpointSecret(master, outcome.endpoint.id));
  }

  const record = () =>
    seeThrough(sandbox, {
      ...meetingAt("sandbox=h264&seconds=3"),
      creator_organization_id: ORGANIZATION,
    });
  const came = () => receiver.received.map(({ body }) => JSON.parse(body));

  it("tell what they were asked to, and where the recording is", async () => {
    await subscribe(["recording.completed", "bot.status_changed"], 0);
    const { parsed } = await record();
    await until(() => receiver.received.length >= 3, WEBHOOKS_MS);
    expect(receiver.received.every(({ verified }) => verified)).to.equal(true);
    const completed = came().find(({ type }) => type === "recording.completed");
    expect(completed.data).to.include({
      bot_instance_id: parsed.id,
      organization_id: ORGANIZATION,
      status: "done",
      partial: false,
    });
    expect(completed.data.artifacts.map(({ kind }: { kind: string }) => kind)).to.deep.equal([
      "video",
      "audio",
    ]);
    const [video] = completed.data.artifacts;
    expect(video).to.include({ provider: "gs", region: "us-central1" });
    expect(`gs://${video.bucket}/${video.key}`).to.equal(parsed.outputs?.[0]?.uri);
    const statuses = came().filter(({ type }) => type === "bot.status_changed");
    expect(statuses.map(({ data }) => data.status)).to.include("done");
  });

  it("come again, with the same id, when the receiver fails; the secret before is still good", async () => {
    await subscribe(["recording.completed"], 1);
    let tries = 0;
    receiver.behave(failing(0.5, () => tries++));
    await record();
    await until(() => receiver.received.length >= 2, WEBHOOKS_MS);
    const [first, second] = receiver.received;
    expect([first?.status, second?.status]).to.deep.equal([500, 204]);
    expect(second).to.include({ id: first?.id, verified: true });
    const delivered = async () => {
      const [delivery]: WebhookDelivery[] = await webhooks.list(ORGANIZATION, {
        status: "delivered",
        limit: 1,
      });
      return delivery?.id === first?.id && delivery?.attempts.length === 2;
    };
    await until(delivered, WEBHOOKS_MS);
  });
});
