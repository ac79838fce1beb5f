import type { BotInstance } from "../bot-instance/bot-instance.ts";
import type { Patch } from "../bot-instance/transition.ts";
import { ended } from "../bot-instance/transitions/ended.ts";
import { failure } from "../errors.ts";
import { type LinkRules, parseMeetingUrl } from "../meeting/meeting-url.ts";
import type { Instant } from "../time.ts";
import { isShareable, occurrenceKeyOf, roomKeyOf } from "./session.ts";

/** A place in a room. */
export interface SeatKey {
  sessionKey: string;
  occurrenceKey: string;
}

/** The seat that an instance needs before its bot is sent; undefined when it has one, shares with nobody, or sends none. */
export function seatNeededBy(instance: BotInstance, rules: LinkRules): SeatKey | undefined {
  const { sessionKey, creatorOrganizationId, meetingUrl, startAt, source } = instance;
  if (source !== undefined || sessionKey !== undefined) return undefined;
  if (typeof creatorOrganizationId !== "string") return undefined;
  const link = parseMeetingUrl(meetingUrl, rules);
  if (!link.ok) return undefined;
  return {
    sessionKey: roomKeyOf(creatorOrganizationId, link),
    occurrenceKey: occurrenceKeyOf(startAt === undefined ? {} : { occurrenceAt: startAt }),
  };
}

/**
 * What a claim of an instance that others made comes to: it takes the seat or, when another instance
 * has it, ends as `cancelled`: the meeting is recorded, so nothing has failed.
 */
export function enterRoom(
  claim: Patch,
  seat: SeatKey,
  seated: BotInstance | undefined,
  now: Instant,
): Patch {
  if (!seated || !isShareable(seated)) return { ...claim, ...seat };
  const message = `The bot instance ${seated.id} records this meeting already.`;
  const error = { ...failure("BOT_BUSY", "request", message), retryable: false, at: now };
  return { ...ended(now), status: "cancelled", claimToken: claim.claimToken, error };
}
