import { type BotInstance, isDocumentId } from "@meeting-bot/core";
import type { Caller } from "../authentication/caller.ts";
import type { ApiServices } from "../services.ts";
import type { MeetingReading } from "./meeting-json.ts";
import type { StoredMeeting } from "./meeting-store.ts";

type Needed = Pick<ApiServices, "meetings" | "store" | "reading">;

/** The instance that a meeting is linked to; nothing for what can be none. */
export function linkedId(
  { fields }: Pick<StoredMeeting, "fields">,
  { naming }: MeetingReading,
): string | undefined {
  const linked: unknown = fields[naming.instanceField];
  return typeof linked === "string" && isDocumentId(linked) ? linked : undefined;
}

/** Finds the instance that a meeting is linked to. */
export async function findLinked(
  meeting: StoredMeeting,
  caller: Caller,
  services: Needed,
): Promise<BotInstance | undefined> {
  const id = linkedId(meeting, services.reading);
  return id === undefined ? undefined : findTheirs(id, meeting, caller, services);
}

/** A user can write any id and any address into a meeting; another organisation's instance is not shown for it. */
export async function findTheirs(
  id: string,
  meeting: StoredMeeting,
  { organizationId }: Caller,
  { store, meetings }: Needed,
): Promise<BotInstance | undefined> {
  const instance = await store.find(id);
  const owner = instance?.creatorOrganizationId;
  if (!instance || owner === organizationId) return instance;
  // Where organisations have collections of their own, a meeting need not name one.
  if (owner !== undefined) return undefined;
  return (await meetings.instancesOf(meeting)).includes(id) ? instance : undefined;
}
