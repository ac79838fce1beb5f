import { randomBytes } from "node:crypto";
import { FirestoreWebhookStore } from "@meeting-bot/core";
import { FirestoreApiKeys } from "../../../functions/src/api/firestore/firestore-api-keys.ts";
import { endpointSecret } from "../../../functions/src/webhooks/signing.ts";
import { createKey } from "../../../scripts/api-keys/commands.ts";
import type { Sandbox } from "../sandbox.ts";
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from "../webhook-receiver/webhook-receiver.ts";

/** An application outside: it has a key of the API, and an endpoint that is told of its recordings. */
export interface Subscriber {
  key: string;
  receiver: WebhookReceiver;
}

const ORGANIZATION = "acme";

/** Sets an application up, as an operator does with `npm run api-keys` and `npm run webhooks`. */
export async function subscribe(
  { firestore, secrets }: Sandbox,
  parts: AsyncDisposableStack,
): Promise<Subscriber> {
  const receiver = await startWebhookReceiver();
  parts.defer(() => receiver.stop());
  const request = {
    url: receiver.url,
    events: ["recording.completed", "recording.failed"],
  } as const;
  const added = await new FirestoreWebhookStore(firestore).addEndpoint(ORGANIZATION, request);
  if (!added.ok) throw new Error(`No endpoint could be added: ${added.reason}.`);
  const [master = ""] = secrets.WEBHOOK_SECRETS.split(" ");
  receiver.trust(endpointSecret(master, added.endpoint.id));
  const operator = { random: randomBytes, now: Date.now, operator: "demo" };
  const asked = { organizationId: ORGANIZATION, name: "demo" };
  const key = await createKey({ keys: new FirestoreApiKeys(firestore), ...operator }, asked);
  return { key: key.trim(), receiver };
}
