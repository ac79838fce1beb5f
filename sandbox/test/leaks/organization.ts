import { randomBytes } from "node:crypto";
import { FirestoreWebhookStore, type WebhookEventType } from "@meeting-bot/core";
import { FirestoreApiKeys } from "../../../functions/src/api/firestore/firestore-api-keys.ts";
import { endpointSecret } from "../../../functions/src/webhooks/signing.ts";
import { createKey } from "../../../scripts/api-keys/commands.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { always } from "../../src/webhook-receiver/answers.ts";
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../src/webhook-receiver/webhook-receiver.ts";
import { WRITTEN } from "./marks.ts";

/** Whose everything here is; not a secret. */
export const ORGANIZATION = "acme";

/** Makes a key as `npm run api-keys -- create` does. */
export async function makeKey({ firestore }: Sandbox): Promise<string> {
  const operator = { random: randomBytes, now: Date.now, operator: "test" };
  const asked = { organizationId: ORGANIZATION, name: "test" };
  return (await createKey({ keys: new FirestoreApiKeys(firestore), ...operator }, asked)).trim();
}

/** The endpoints of the organisation: one takes its messages, one redirects them, one is not there. */
export interface Endpoints {
  receivers: WebhookReceiver[];
  /** What each verifies with, of each master secret. */
  secrets: string[];
}

/** Adds the endpoints as `npm run webhooks -- add` does. */
export async function addEndpoints(
  { firestore, secrets }: Sandbox,
  parts: AsyncDisposableStack,
): Promise<Endpoints> {
  const store = new FirestoreWebhookStore(firestore);
  const masters = secrets.WEBHOOK_SECRETS.split(" ");
  const add = async (
    receiver: WebhookReceiver,
    query: string,
    event: WebhookEventType,
    signedUrls = false,
  ): Promise<string[]> => {
    const url = `${receiver.url}?token=${query}`;
    const request = { url, events: [event], signedUrls };
    const outcome = await store.addEndpoint(ORGANIZATION, request);
    if (!outcome.ok) throw new Error(`No endpoint could be added: ${outcome.reason}.`);
    const own = masters.map((master) => endpointSecret(master, outcome.endpoint.id));
    receiver.trust(...own);
    return own;
  };
  const start = async () => {
    const receiver = await startWebhookReceiver();
    parts.defer(() => receiver.stop());
    return receiver;
  };
  const [taking, redirecting, silent] = [await start(), await start(), await start()];
  redirecting.behave(always(302, { location: `https://example.com/?${WRITTEN.redirect.value}` }));
  const known = [
    await add(taking, WRITTEN.endpoint.value, "recording.completed", true),
    await add(redirecting, WRITTEN.redirecting.value, "recording.failed"),
    await add(silent, WRITTEN.silent.value, "recording.completed"),
  ];
  await silent.die();
  return { receivers: [taking, redirecting], secrets: known.flat() };
}
