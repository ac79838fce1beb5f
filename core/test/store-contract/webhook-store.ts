import type { WebhookStore } from "../../src/ports/webhook-store.ts";
import type { Instant } from "../../src/time.ts";
import type { WebhookDelivery } from "../../src/webhooks/delivery.ts";

import { describeDeliveries } from "./webhook-deliveries.ts";
import { describeEndpoints } from "./webhook-endpoints.ts";

/** A store with the database behind it. */
export interface WebhookStoreUnderTest {
  store: WebhookStore;
  /** The same store through a connection that loses the answer to the next commit, once it is made. */
  losingTheNextCommit(): WebhookStore;
  /** Writes a delivery as a transition of a bot does, made at `now`; the result is its id. */
  deliver(delivery: Omit<WebhookDelivery, "id">, now: Instant): Promise<string>;
  /** Writes whatever somebody writes into the document of an organisation. */
  writeEndpoints(key: string, fields: Record<string, unknown>): Promise<void>;
  readEndpoints(key: string): Promise<Record<string, unknown> | undefined>;
  close(): Promise<void>;
}

/** The contract of `WebhookStore`, for any adapter of it. */
export function describeWebhookStore(
  name: string,
  make: () => Promise<WebhookStoreUnderTest>,
): void {
  describe(`${name} as a WebhookStore`, function () {
    this.timeout(30_000);

    let under: WebhookStoreUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    afterEach(() => under.close());
    const use = () => under;

    describeDeliveries(use);
    describeEndpoints(use);
  });
}
