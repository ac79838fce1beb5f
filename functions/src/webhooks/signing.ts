import { hkdfSync } from "node:crypto";
import type { Instant } from "@meeting-bot/core";
import { Webhook } from "standardwebhooks";

/** The shortest master secret that is safe: who has an endpoint's secret could try shorter ones out. */
export const LEAST_MASTER_CHARACTERS = 32;

/** Standard Webhooks wants 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** What is signed. */
export interface Signable {
  /** The delivery's id: the same for every attempt. */
  id: string;
  /** When it is sent. */
  sentAt: Instant;
  body: string;
}

/**
 * An endpoint's own secret, as Standard Webhooks writes it (`whsec_…`), made of a master secret by
 * HKDF-SHA256 (RFC 5869) without a salt and with the endpoint's id as its info. So no endpoint's
 * secret is stored anywhere, and none tells another's.
 */
export function endpointSecret(master: string, endpointId: string): string {
  const key = Buffer.from(hkdfSync("sha256", master, "", endpointId, SECRET_BYTES));
  return `whsec_${key.toString("base64")}`;
}

/**
 * The headers of a message by Standard Webhooks, with one signature by each of the endpoint's
 * secrets, in their order: a receiver that has one of them accepts it.
 */
export function signatureHeaders(
  { id, sentAt, body }: Signable,
  secrets: readonly string[],
): Record<string, string> {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(sentAt), body));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(sentAt / 1000)),
    "webhook-signature": signatures.join(" "),
  };
}
