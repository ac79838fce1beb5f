import { randomBytes, randomUUID } from "node:crypto";
import type { Firestore } from "@google-cloud/firestore";
import {
  BOT_WEBHOOK_DELIVERIES,
  DAY,
  type EndpointRequest,
  FirestoreWebhookStore,
  toFields,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookFacts,
} from "@meeting-bot/core";
import { newProjectId, openFirestore } from "../../../../core/test/support/emulator.ts";
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../../../sandbox/src/webhook-receiver/webhook-receiver.ts";
import { type DeliverServices, deliverWebhook } from "../../../src/use-cases/deliver-webhook.ts";
import { sweepWebhooks } from "../../../src/use-cases/sweep-webhooks.ts";
import { post } from "../../../src/webhooks/post.ts";
import { endpointSecret } from "../../../src/webhooks/signing.ts";
import { captureLogs } from "../../support/capture-logs.ts";
import { RecordingTimer } from "../../support/recording-timer.ts";

export const MASTER = randomBytes(32).toString("base64url");
export const ORGANIZATION = "org";

export const FACTS: WebhookFacts = {
  botInstanceId: "x",
  organizationId: ORGANIZATION,
  meetings: [{ id: "one", path: "meetings/one" }],
  status: "done",
  partial: false,
  durationSeconds: 61,
  outputs: [
    {
      kind: "video",
      uri: "gs://recordings/a/video.mp4",
      contentType: "video/mp4",
      bytes: 1000,
      crc32c: "AAAAAA==",
      durationSeconds: 61,
      codec: "h264",
    },
  ],
  error: null,
};

/** Deliveries in a real database, a real receiver, and a timer that wakes nobody. */
export class WebhookWorld {
  readonly projectId: string;
  readonly firestore: Firestore;
  readonly receiver: WebhookReceiver;
  readonly timer = new RecordingTimer();
  /** Names of the objects whose URLs were signed. */
  readonly signed: string[] = [];
  readonly services: DeliverServices;
  /** All that was logged. */
  logs = "";

  constructor(projectId: string, firestore: Firestore, receiver: WebhookReceiver) {
    this.projectId = projectId;
    this.firestore = firestore;
    this.receiver = receiver;
    this.services = {
      webhooks: new FirestoreWebhookStore(firestore),
      deliveryTimer: async () => this.timer,
      webhookMasters: () => [MASTER],
      post: (message) => post(message, { allowLocal: true }),
      regions: { gs: "europe-west1", s3: "eu-central-1" },
      recordings: async () => ({ signedUrl: async (name) => this.#sign(name) }),
      recordingsAt: "gs://recordings",
      newId: randomUUID,
      random: () => 0.5,
      now: Date.now,
    };
  }

  static async open(): Promise<WebhookWorld> {
    const projectId = newProjectId();
    return new WebhookWorld(projectId, openFirestore(projectId), await startWebhookReceiver());
  }

  async close(): Promise<void> {
    await Promise.all([this.firestore.terminate(), this.receiver.stop()]);
  }

  /** Adds an endpoint that leads to the receiver, which believes it. */
  async addEndpoint(request: Partial<EndpointRequest> = {}): Promise<WebhookEndpoint> {
    const { url } = this.receiver;
    const wanted = { url, events: ["recording.completed"] as const, ...request };
    const outcome = await this.services.webhooks.addEndpoint(ORGANIZATION, wanted);
    if (!outcome.ok) throw new Error(outcome.reason);
    this.receiver.trust(endpointSecret(MASTER, outcome.endpoint.id));
    return outcome.endpoint;
  }

  /** Writes a delivery that is due, as a transition leaves it; its id. */
  async addDelivery(endpointId: string, fields: Partial<WebhookDelivery> = {}): Promise<string> {
    const now = Date.now();
    const id = `msg_${randomBytes(10).toString("hex")}`;
    const due: Omit<WebhookDelivery, "id"> = {
      organizationId: ORGANIZATION,
      endpointId,
      type: "recording.completed",
      occurredAt: now,
      data: FACTS,
      status: "pending",
      attempt: 0,
      wakeAt: now,
      attempts: [],
      createdAt: now,
      expiresAt: now + 30 * DAY,
    };
    await this.#document(id).set(toFields({ ...due, ...fields }));
    return id;
  }

  async delivery(id: string): Promise<WebhookDelivery> {
    const found = await this.services.webhooks.find(id);
    if (!found) throw new Error(`There is no delivery ${id}.`);
    return found;
  }

  /** Makes it as if some time had passed since a delivery was written. */
  async wake(id: string, wakeAt = Date.now()): Promise<void> {
    await this.#document(id).update(toFields({ wakeAt }));
  }

  /** Has a delivery's task run, several times at once if asked to. */
  deliver(id: string, times = 1): Promise<void> {
    const once = () => deliverWebhook(this.services, id);
    return this.#run(() => Promise.all(Array.from({ length: times }, once)));
  }

  sweep(): Promise<void> {
    return this.#run(() => sweepWebhooks(this.services));
  }

  async #run(useCase: () => Promise<unknown>): Promise<void> {
    this.logs += await captureLogs(useCase);
  }

  #document(id: string) {
    return this.firestore.collection(BOT_WEBHOOK_DELIVERIES).doc(id);
  }

  #sign(name: string): string {
    this.signed.push(name);
    return `https://signed.example.com/${name}?signature=hidden`;
  }
}
