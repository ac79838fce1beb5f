import { randomInt } from "node:crypto";
import type { Firestore, Query } from "@google-cloud/firestore";
import type {
  DecideDelivery,
  DeliveryFilter,
  DeliveryOutcome,
  EndpointOutcome,
  WebhookStore,
} from "../ports/webhook-store.ts";
import type { Instant } from "../time.ts";
import type { WebhookDelivery } from "../webhooks/delivery.ts";
import type { EndpointRequest, WebhookEndpoint } from "../webhooks/endpoint.ts";
import {
  adding,
  type DecideEndpoints,
  disabling,
  enabling,
  removing,
} from "../webhooks/endpoint-changes.ts";
import { atomically, UnitOfWork } from "./unit-of-work.ts";
import { BOT_WEBHOOK_DELIVERIES, WebhookDocuments } from "./webhook-documents.ts";

/** Deliveries and endpoints in a Firestore database. */
export class FirestoreWebhookStore implements WebhookStore {
  readonly #firestore: Firestore;
  readonly #documents: WebhookDocuments;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
    this.#documents = new WebhookDocuments(firestore);
  }

  async find(id: string): Promise<WebhookDelivery | undefined> {
    const snapshot = await this.#documents.deliveryRef(id)?.get();
    return snapshot && this.#documents.parseDelivery(snapshot);
  }

  async transact(id: string, decide: DecideDelivery): Promise<DeliveryOutcome> {
    const documents = this.#documents;
    const ref = documents.deliveryRef(id);
    if (!ref) return { ok: false, reason: "not-found" };
    return atomically(this.#firestore, async (unit) => {
      const snapshot = await unit.get(ref);
      const delivery = documents.parseDelivery(snapshot);
      if (!delivery) return { ok: false, reason: "not-found" };
      const decision = decide(delivery, snapshot.readTime.toMillis());
      if (!decision.ok) return { ...decision, delivery };
      const { patch } = decision;
      if (Object.keys(patch).length > 0) documents.changeDelivery(unit, ref, patch);
      return { ok: true, delivery: { ...delivery, ...patch } };
    });
  }

  findDue(
    now: Instant,
    limit: number,
    after?: Pick<WebhookDelivery, "id" | "wakeAt">,
  ): Promise<WebhookDelivery[]> {
    const due = this.#deliveries()
      .where("wake_at", "<=", new Date(now))
      .orderBy("wake_at")
      .orderBy("__name__")
      .limit(limit);
    return this.#read(after ? due.startAfter(new Date(after.wakeAt ?? now), after.id) : due);
  }

  async list(
    organizationId: string | null,
    { status, after, limit }: DeliveryFilter,
  ): Promise<WebhookDelivery[]> {
    if (after !== undefined && !this.#documents.deliveryRef(after)) return [];
    const all = this.#deliveries().where("organization_id", "==", organizationId);
    const page = (status === undefined ? all : all.where("status", "==", status))
      .orderBy("__name__")
      .limit(limit);
    return this.#read(after === undefined ? page : page.startAfter(after));
  }

  async endpointOf({
    organizationId,
    endpointId,
  }: Pick<WebhookDelivery, "organizationId" | "endpointId">): Promise<WebhookEndpoint | undefined> {
    const endpoints = await this.listEndpoints(organizationId);
    return endpoints.find(({ id }) => id === endpointId);
  }

  listEndpoints(organizationId: string | null): Promise<WebhookEndpoint[]> {
    return this.#documents.readEndpoints(new UnitOfWork(this.#firestore), organizationId);
  }

  addEndpoint(organizationId: string | null, request: EndpointRequest): Promise<EndpointOutcome> {
    return this.#change(organizationId, adding(newEndpointId(), request));
  }

  removeEndpoint(organizationId: string | null, endpointId: string): Promise<EndpointOutcome> {
    return this.#change(organizationId, removing(endpointId));
  }

  disableEndpoint(
    organizationId: string | null,
    endpointId: string,
    reason: string,
  ): Promise<EndpointOutcome> {
    return this.#change(organizationId, disabling(endpointId, reason));
  }

  enableEndpoint(organizationId: string | null, endpointId: string): Promise<EndpointOutcome> {
    return this.#change(organizationId, enabling(endpointId));
  }

  async #change(organizationId: string | null, decide: DecideEndpoints): Promise<EndpointOutcome> {
    const ref = this.#documents.endpointsRef(organizationId);
    if (!ref) return { ok: false, reason: "invalid" };
    return atomically(this.#firestore, async (unit) => {
      const snapshot = await unit.get(ref);
      const known = await this.#documents.readEndpoints(unit, organizationId);
      const decision = decide(known, snapshot.readTime.toMillis());
      if (!decision.ok) return decision;
      this.#documents.changeEndpoint(unit, snapshot, organizationId, decision);
      return { ok: true, endpoint: decision.endpoint };
    });
  }

  #deliveries(): Query {
    return this.#firestore.collection(BOT_WEBHOOK_DELIVERIES);
  }

  async #read(query: Query): Promise<WebhookDelivery[]> {
    const { docs } = await query.get();
    return docs.flatMap((snapshot) => this.#documents.parseDelivery(snapshot) ?? []);
  }
}

const ENDPOINT_DIGITS = 16;

function newEndpointId(): string {
  const digits = Array.from({ length: ENDPOINT_DIGITS }, () => randomInt(36).toString(36));
  return `we_${digits.join("")}`;
}
