import { type DeliveryStatus, resend, type WebhookDelivery } from "@meeting-bot/core";
import { scheduleDelivery } from "../../use-cases/schedule-delivery.ts";
import { type Answer, ok } from "../answer.ts";
import type { Call } from "../call.ts";
import { DELIVERIES, readStart, writeCursor } from "../cursor.ts";
import { problem } from "../problem.ts";
import type { ApiServices } from "../services.ts";
import { toDeliveryJson } from "./delivery-json.ts";

const NO_DELIVERY = problem("not-found", "There is no such delivery.");

interface ListQuery {
  status?: DeliveryStatus;
  limit: number;
  cursor?: string;
}

/** Lists an organisation's deliveries. */
export async function listWebhookDeliveries(
  { caller, query }: Call,
  { webhooks }: ApiServices,
): Promise<Answer> {
  const { status, limit, cursor } = query as unknown as ListQuery;
  const start = readStart(DELIVERIES, cursor);
  if (!start.ok) return start.answer;
  const filter = { status, after: start.after, limit: limit + 1 };
  const found = await webhooks.list(caller.organizationId, filter);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return ok({
    deliveries: page.map(toDeliveryJson),
    ...(last && { next_cursor: writeCursor(DELIVERIES, last.id) }),
  });
}

/** Shows a delivery with its last attempts. */
export async function getWebhookDelivery(call: Call, services: ApiServices): Promise<Answer> {
  const delivery = await findDelivery(call, services);
  return delivery ? ok(toDeliveryJson(delivery)) : NO_DELIVERY;
}

/** Has a delivery sent once more, whatever has come of it. */
export async function resendWebhookDelivery(call: Call, services: ApiServices): Promise<Answer> {
  const delivery = await findDelivery(call, services);
  if (!delivery) return NO_DELIVERY;
  const resent = await services.webhooks.transact(delivery.id, (now, at) => resend(now, at));
  if (!resent.ok) return NO_DELIVERY;
  await scheduleDelivery(services, resent.delivery);
  return { status: 202, body: toDeliveryJson(resent.delivery) };
}

/** The caller's own; another organisation's is not there. */
async function findDelivery(
  { caller, path }: Call,
  { webhooks }: ApiServices,
): Promise<WebhookDelivery | undefined> {
  const delivery = await webhooks.find(path["id"] ?? "");
  return delivery?.organizationId === caller.organizationId ? delivery : undefined;
}
