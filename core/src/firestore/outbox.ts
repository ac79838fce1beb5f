import { meetingFields, parseMeeting } from "../meeting/meeting.ts";
import type { Instant } from "../time.ts";
import { newDelivery } from "../webhooks/delivery.ts";
import { asksFor } from "../webhooks/endpoint.ts";
import { type BotChange, type Notice, noticesOf, type WebhookEvent } from "../webhooks/events.ts";
import { factsOf, MAX_NAMED_MEETINGS, type NamedMeeting } from "../webhooks/facts.ts";
import type { Documents } from "./documents.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/**
 * Reads who asks to be told of changes to bots, if they are anything to tell of; the result writes a
 * delivery for each endpoint and event. Meetings are read only where somebody asks.
 */
export async function readOutbox(
  documents: Documents,
  unit: UnitOfWork,
  changes: readonly BotChange[],
  now: Instant,
): Promise<() => void> {
  const { webhooks } = documents;
  const deliveries = await Promise.all(
    changes.map(async (change) => {
      const notices = noticesOf(change);
      if (notices.length === 0) return [];
      const organizationId = change.after.creatorOrganizationId ?? null;
      const endpoints = await webhooks.readEndpoints(unit, organizationId);
      const asked = notices.filter(({ type }) => endpoints.some((one) => asksFor(one, type)));
      const events = await Promise.all(
        asked.map((notice) => readEvent(documents, unit, change, notice)),
      );
      return events.flatMap((event) =>
        endpoints.filter((one) => asksFor(one, event.type)).map(({ id }) => ({ event, id })),
      );
    }),
  );
  return () => {
    for (const { event, id } of deliveries.flat()) {
      webhooks.createDelivery(unit, newDelivery(webhooks.newDeliveryId(now), event, id, now));
    }
  };
}

async function readEvent(
  documents: Documents,
  unit: UnitOfWork,
  { before, after, joinedMeeting, cancelledMeeting }: BotChange,
  { type, meeting }: Notice,
): Promise<WebhookEvent> {
  const own = meeting ?? joinedMeeting ?? cancelledMeeting;
  const known =
    meeting !== undefined || !before
      ? []
      : await documents.links.readPaths(unit, after, MAX_NAMED_MEETINGS);
  const paths = meeting !== undefined ? [meeting] : [...new Set([...known, ...(own ? [own] : [])])];
  const named = await Promise.all(paths.map((path) => nameMeeting(documents, unit, path)));
  return { type, data: factsOf(after, named) };
}

/** What a meeting carries for its own software. */
async function nameMeeting(
  { firestore, naming, rules }: Documents,
  unit: UnitOfWork,
  path: string,
): Promise<NamedMeeting> {
  const ref = firestore.doc(path);
  const fields = (await unit.getFields(ref, meetingFields(naming.meeting))).data();
  const metadata = fields && parseMeeting(fields, naming.meeting, rules).metadata;
  return { path, ...(metadata && { metadata }) };
}
