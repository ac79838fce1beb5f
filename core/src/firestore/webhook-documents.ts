import type { DocumentReference, DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import type { Instant } from "../time.ts";
import type { DeliveryPatch } from "../webhooks/attempt.ts";
import type { WebhookDelivery } from "../webhooks/delivery.ts";
import { parseEndpoints, type WebhookEndpoint, webhooksKeyOf } from "../webhooks/endpoint.ts";
import type { EndpointDecision } from "../webhooks/endpoint-changes.ts";
import { fromFields, removedBy, toFields } from "./fields.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/** The collections that webhooks live in. */
export const BOT_WEBHOOKS = "bot_webhooks";
export const BOT_WEBHOOK_DELIVERIES = "bot_webhook_deliveries";

const DELIVERY_ID = /^msg_[0-9A-Za-z]{20}$/;
/** So many digits of base 36 hold the milliseconds until the year 5188. */
const INSTANT_DIGITS = 9;
const RANDOM_CHARACTERS = 11;

/** Whether a text has the form of a delivery's id; it may be whatever a user wrote. */
export function isDeliveryId(id: string): boolean {
  return DELIVERY_ID.test(id);
}

/** The documents of webhooks, read and written inside transactions. */
export class WebhookDocuments {
  readonly #firestore: Firestore;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
  }

  /** Where an organisation's endpoints are; undefined for one that can have none. */
  endpointsRef(organizationId: string | null): DocumentReference | undefined {
    const key = webhooksKeyOf(organizationId);
    return key === undefined ? undefined : this.#firestore.collection(BOT_WEBHOOKS).doc(key);
  }

  /** Reads the endpoints of an organisation; it may have none. */
  async readEndpoints(unit: UnitOfWork, organizationId: string | null): Promise<WebhookEndpoint[]> {
    const ref = this.endpointsRef(organizationId);
    return ref ? parseEndpoints((await unit.get(ref)).data() ?? {}) : [];
  }

  /** Writes what was decided about one endpoint; whatever else the document holds stays. */
  changeEndpoint(
    unit: UnitOfWork,
    { ref, exists }: DocumentSnapshot,
    organizationId: string | null,
    { change, endpoint: { id, ...endpoint } }: Extract<EndpointDecision, { ok: true }>,
  ): void {
    if (change === "none") return;
    const fields = toFields(endpoint);
    const path = `endpoints.${id}`;
    if (!exists) unit.create(ref, { organization_id: organizationId, endpoints: { [id]: fields } });
    else if (change === "put") unit.update(ref, { [path]: fields });
    else unit.update(ref, {}, [path]);
  }

  /** Where a delivery is; undefined for what is no id of one, as `id` may be whatever a user wrote. */
  deliveryRef(id: string): DocumentReference | undefined {
    return isDeliveryId(id)
      ? this.#firestore.collection(BOT_WEBHOOK_DELIVERIES).doc(id)
      : undefined;
  }

  /**
   * Mints the id of a delivery. Later ones come first in the order of names, so that the newest first
   * can be listed for each organisation and status without an index of several fields.
   */
  newDeliveryId(now: Instant): string {
    const countdown = (36 ** INSTANT_DIGITS - 1 - now).toString(36).padStart(INSTANT_DIGITS, "0");
    const { id } = this.#firestore.collection(BOT_WEBHOOK_DELIVERIES).doc();
    return `msg_${countdown}${id.slice(0, RANDOM_CHARACTERS)}`;
  }

  createDelivery(unit: UnitOfWork, { id, ...delivery }: WebhookDelivery): void {
    const ref = this.#firestore.collection(BOT_WEBHOOK_DELIVERIES).doc(id);
    unit.create(ref, toFields(delivery));
  }

  changeDelivery(unit: UnitOfWork, ref: DocumentReference, patch: DeliveryPatch): void {
    unit.update(ref, toFields(patch), removedBy(patch));
  }

  /** Only we write deliveries. */
  parseDelivery(snapshot: DocumentSnapshot): WebhookDelivery | undefined {
    const fields = snapshot.data();
    return fields && ({ ...fromFields(fields), id: snapshot.id } as WebhookDelivery);
  }
}
