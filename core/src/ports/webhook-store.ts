import type { Instant } from "../time.ts";
import type { DeliveryDecision, DeliveryRefusal } from "../webhooks/attempt.ts";
import type { DeliveryStatus, WebhookDelivery } from "../webhooks/delivery.ts";
import type { EndpointRequest, WebhookEndpoint } from "../webhooks/endpoint.ts";
import type { EndpointRefusal } from "../webhooks/endpoint-changes.ts";

/** A pure decision about one delivery. It runs several times when the store repeats a transaction. */
export type DecideDelivery = (delivery: WebhookDelivery, now: Instant) => DeliveryDecision;

/** What came of a decision; `delivery` is the one after the change, or the one that it refused to change. */
export type DeliveryOutcome =
  | { ok: true; delivery: WebhookDelivery }
  | { ok: false; reason: DeliveryRefusal; delivery?: WebhookDelivery };

/** Which deliveries of an organisation are asked for. */
export interface DeliveryFilter {
  status?: DeliveryStatus | undefined;
  /** The id of the last one of the page before. */
  after?: string | undefined;
  limit: number;
}

/** What came of a change to an endpoint: as it is now, or as it was when it was removed. */
export type EndpointOutcome =
  | { ok: true; endpoint: WebhookEndpoint }
  | { ok: false; reason: EndpointRefusal };

/**
 * Where deliveries and the endpoints they go to live. Deliveries are made by `BotInstanceStore`, in
 * the transaction that makes the change they tell of. An `organizationId` of null stands for
 * everybody who names no organisation.
 */
export interface WebhookStore {
  /** The delivery as it is now. */
  find(id: string): Promise<WebhookDelivery | undefined>;

  /** Reads a delivery, asks `decide`, writes its patch. `now` is the store's own clock. */
  transact(id: string, decide: DecideDelivery): Promise<DeliveryOutcome>;

  /** The deliveries that are due by now, the longest waiting first; `after` is the last one of the page before. */
  findDue(
    now: Instant,
    limit: number,
    after?: Pick<WebhookDelivery, "id" | "wakeAt">,
  ): Promise<WebhookDelivery[]>;

  /** An organisation's deliveries, the newest first. */
  list(organizationId: string | null, filter: DeliveryFilter): Promise<WebhookDelivery[]>;

  /** Where a delivery goes, disabled or not; undefined when it was removed. */
  endpointOf(
    delivery: Pick<WebhookDelivery, "organizationId" | "endpointId">,
  ): Promise<WebhookEndpoint | undefined>;

  /** An organisation's endpoints, the oldest first. */
  listEndpoints(organizationId: string | null): Promise<WebhookEndpoint[]>;

  /** Adds an endpoint, enabled. Refuses `too-many`, and `invalid` for what could not be read again. */
  addEndpoint(organizationId: string | null, request: EndpointRequest): Promise<EndpointOutcome>;

  /** Takes an endpoint away; what is still to be delivered there never is. */
  removeEndpoint(organizationId: string | null, endpointId: string): Promise<EndpointOutcome>;

  /** Sends nothing there until it is enabled again; one that is disabled keeps its first reason. */
  disableEndpoint(
    organizationId: string | null,
    endpointId: string,
    reason: string,
  ): Promise<EndpointOutcome>;

  /** Sends there again. */
  enableEndpoint(organizationId: string | null, endpointId: string): Promise<EndpointOutcome>;
}
