import type { BotInstance } from "../bot-instance/bot-instance.ts";
import { type LinkRules, parseMeetingUrl } from "../meeting/meeting-url.ts";
import { roomKeyOf } from "./session.ts";

/** The room of an instance: its own or, of one that others made, the one that its link leads to. */
export function sessionKeyNeededBy(instance: BotInstance, rules: LinkRules): string | undefined {
  const { sessionKey, creatorOrganizationId, meetingUrl, source } = instance;
  if (source !== undefined) return undefined;
  if (sessionKey !== undefined) return sessionKey;
  if (typeof creatorOrganizationId !== "string") return undefined;
  const link = parseMeetingUrl(meetingUrl, rules);
  return link.ok ? roomKeyOf(creatorOrganizationId, link) : undefined;
}
