import type { BotInstanceStore, LeaseRules, RecordingStore, WebhookStore } from "@meeting-bot/core";
import type { ScheduleDeliveryServices } from "../use-cases/schedule-delivery.ts";
import type { LinkServices } from "../webhooks/artifact-links.ts";
import type { Regions } from "../webhooks/payload.ts";
import type { AccessStore } from "./authentication/access-store.ts";
import type { IdToken } from "./authentication/id-token.ts";
import type { MeetingReading } from "./meetings/meeting-json.ts";
import type { MeetingStore } from "./meetings/meeting-store.ts";

/** Everything that the API's handlers need. */
export interface ApiServices extends LinkServices, ScheduleDeliveryServices {
  /** Reads an ID token; undefined for one that is not good. */
  verifyIdToken(token: string): Promise<IdToken | undefined>;
  /** The claim of an ID token that names an organisation. */
  organizationClaim: string;
  access: AccessStore;
  meetings: MeetingStore;
  /** How meetings are read. */
  reading: MeetingReading;
  /** An id that no other meeting has, greater than those before it. */
  newMeetingId(): string;
  /** An id that nothing else has. */
  newId(): string;
  /** How long a meeting can be on. */
  rules: LeaseRules;
  store: Pick<BotInstanceStore, "find" | "transact">;
  recordings(): Promise<RecordingStore>;
  regions: Regions;
  /** Has the meetings of an instance show what it is now; they are told in the end anyway. */
  tell?(instanceId: string): Promise<unknown>;
  webhooks: Pick<WebhookStore, "find" | "list" | "transact">;
}
