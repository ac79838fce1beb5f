import { DAY, type Instant } from "../time.ts";
import type { WebhookEvent, WebhookEventType } from "./events.ts";
import type { WebhookFacts } from "./facts.ts";

/** `failed` is the dead letter: nothing is tried any more unless somebody asks for it. */
export type DeliveryStatus = "pending" | "delivered" | "failed";

/** What came of one attempt. */
export interface DeliveryAttempt {
  /** When it ended. */
  at: Instant;
  durationMs: number;
  /** Absent when no answer came. */
  statusCode?: number;
  /** Why it failed, for people. */
  problem?: string;
}

/** One event for one endpoint: the document `bot_webhook_deliveries/{id}`. */
export interface WebhookDelivery {
  /** The `webhook-id`, the same for every attempt: `msg_` and a Firestore id. */
  id: string;
  organizationId: string | null;
  endpointId: string;
  type: WebhookEventType;
  occurredAt: Instant;
  data: WebhookFacts;
  status: DeliveryStatus;
  /** How many attempts were begun since it was made, or since somebody asked to have it sent again. */
  attempt: number;
  /** When it is due, or an attempt's lease ends; absent when ended. */
  wakeAt?: Instant;
  /** Who makes, or made, the last attempt. Stays, so that a repeated commit can recognise its own write. */
  claimToken?: string;
  /** The lease's end; absent while nobody makes an attempt. */
  claimExpiresAt?: Instant;
  /** The last ones, in order. */
  attempts: DeliveryAttempt[];
  createdAt: Instant;
  endedAt?: Instant;
  /** When Firestore may delete it. */
  expiresAt: Instant;
}

/** How long a delivery is kept after it was made, or was asked for again. */
export const DELIVERY_DAYS = 30;

/** A delivery that is due at once. */
export function newDelivery(
  id: string,
  { type, data }: WebhookEvent,
  endpointId: string,
  now: Instant,
): WebhookDelivery {
  return {
    id,
    organizationId: data.organizationId,
    endpointId,
    type,
    occurredAt: now,
    data,
    status: "pending",
    attempt: 0,
    wakeAt: now,
    attempts: [],
    createdAt: now,
    expiresAt: now + DELIVERY_DAYS * DAY,
  };
}
