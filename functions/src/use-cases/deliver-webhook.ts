import {
  type AttemptResult,
  beginAttempt,
  type Instant,
  settleAttempt,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookStore,
} from "@meeting-bot/core";
import * as logs from "../logs.ts";
import { type LinkServices, linkArtifacts } from "../webhooks/artifact-links.ts";
import { attemptResult } from "../webhooks/attempt-result.ts";
import { type Regions, renderPayload } from "../webhooks/payload.ts";
import type { Message, PostOutcome } from "../webhooks/post.ts";
import { endpointSecret, signatureHeaders } from "../webhooks/signing.ts";
import { type ScheduleDeliveryServices, scheduleDelivery } from "./schedule-delivery.ts";

/** What delivering needs. */
export interface DeliverServices extends ScheduleDeliveryServices, LinkServices {
  webhooks: WebhookStore;
  /** The master secrets, the newest first. Throws `ConfigurationError`. */
  webhookMasters(): readonly string[];
  post(message: Message): Promise<PostOutcome>;
  regions: Regions;
  newId(): string;
  random(): number;
  now(): Instant;
}

const HEADERS = { "content-type": "application/json", "user-agent": "meeting-bot-webhooks" };

/**
 * Makes one attempt of a delivery that is due, and sets the timer of the next one if there is to be
 * one. Of several callers one makes it; the others, and those who come too early, do nothing.
 */
export async function deliverWebhook(services: DeliverServices, id: string): Promise<void> {
  const { webhooks, newId, random, now } = services;
  // An attempt without them would be one for nothing.
  const masters = services.webhookMasters();
  const token = newId();
  const begun = await webhooks.transact(id, (delivery, at) => beginAttempt(delivery, token, at));
  if (!begun.ok) return logs.attemptRefused(id, begun.reason);
  const startedAt = now();
  const result = await attempt(services, begun.delivery, masters);
  const event = { token, result, durationMs: now() - startedAt, random: random() };
  // First: a delivery that had ended would not come back to it.
  if (result.kind === "gone") await disable(webhooks, begun.delivery);
  const settled = await webhooks.transact(id, (delivery, at) => settleAttempt(delivery, event, at));
  if (!settled.ok) return logs.attemptRefused(id, settled.reason);
  logs.attemptSettled(settled.delivery);
  await scheduleDelivery(services, settled.delivery);
}

async function attempt(
  services: DeliverServices,
  delivery: WebhookDelivery,
  masters: readonly string[],
): Promise<AttemptResult> {
  const endpoint = await services.webhooks.endpointOf(delivery);
  if (!endpoint) return { kind: "undeliverable", problem: "The endpoint was removed." };
  if (endpoint.disabledAt !== undefined) {
    return { kind: "undeliverable", problem: "The endpoint is disabled." };
  }
  let message: Message;
  try {
    message = await write(services, delivery, endpoint, masters);
  } catch (error) {
    logs.messageNotMade(delivery, error);
    return { kind: "unreachable", problem: "The message could not be made." };
  }
  return attemptResult(await services.post(message), services.now());
}

async function write(
  services: DeliverServices,
  delivery: WebhookDelivery,
  { id, url, signedUrls }: WebhookEndpoint,
  masters: readonly string[],
): Promise<Message> {
  const links = signedUrls ? await linkArtifacts(services, delivery.data.outputs) : undefined;
  const body = renderPayload(delivery, { regions: services.regions, links });
  const secrets = masters.map((master) => endpointSecret(master, id));
  const signed = signatureHeaders({ id: delivery.id, sentAt: services.now(), body }, secrets);
  return { url, headers: { ...HEADERS, ...signed }, body };
}

async function disable(
  webhooks: WebhookStore,
  { organizationId, endpointId }: WebhookDelivery,
): Promise<void> {
  await webhooks.disableEndpoint(organizationId, endpointId, "It answered 410 Gone.");
  logs.endpointDisabled(endpointId);
}
