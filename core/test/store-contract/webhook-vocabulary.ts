import { HOUR } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import { ago, completing, instanceOf, newCall, serveOnce, starting } from "./vocabulary.ts";

/** The events after which nothing more is told of a meeting. */
const ENDS = ["recording.completed", "recording.failed", "meeting.cancelled"];
/** Every event. */
export const ALL = [...ENDS, "bot.status_changed"];
/** The id of an endpoint, with this at its end. */
export const endpointId = (end: string | number) => `we_${String(end).padStart(16, "0")}`;
/** An endpoint's fields, which asks for the ends. */
export const endpoint = (fields: Record<string, unknown> = {}) => ({
  url: "https://example.com/hooks",
  events: ENDS,
  created_at: ago(HOUR),
  ...fields,
});

/** A delivery's document. */
export type DeliveryFields = Record<string, unknown> & { data: Record<string, unknown> };

/** What the tests of the outbox say to a store. */
export interface Outbox {
  /** Writes the endpoints of an organisation, with the ids 0, 1 and so on in this order. */
  tell(endpoints: unknown[], key?: string): Promise<void>;
  deliveries(): Promise<DeliveryFields[]>;
  /** The types and meetings of all deliveries, in no order. */
  told(): Promise<string[]>;
  /** Sends a bot to the meeting `meetings/one`, with the token `t`. */
  send(): Promise<string>;
  /** Has the bot that was sent record; gives what came of its end. */
  record(id: string): Promise<{ ok: boolean }>;
}

/** The outbox of the store that is in use. */
export function outboxOf(use: () => StoreUnderTest): Outbox {
  const deliveries = async () => {
    const ids = await use().list("bot_webhook_deliveries");
    const read = ids.map((id) => use().read(`bot_webhook_deliveries/${id}`));
    return (await Promise.all(read)) as DeliveryFields[];
  };
  return {
    tell: (endpoints, key = "org-org") =>
      use().write(`bot_webhooks/${key}`, {
        organization_id: "org",
        endpoints: Object.fromEntries(endpoints.map((fields, n) => [endpointId(n), fields])),
      }),
    deliveries,
    told: async () =>
      (await deliveries()).map(({ type, data }) => {
        const meetings = data["meetings"] as { id: string }[];
        return [type, ...meetings.map(({ id }) => id)].join(" ");
      }),
    send: async () => {
      const call = { ...newCall(), token: "t" };
      return instanceOf(await serveOnce(use(), "meetings/one", call)).id;
    },
    record: async (id) => {
      await use().store.transact(id, starting);
      return use().store.transact(id, completing);
    },
  };
}
