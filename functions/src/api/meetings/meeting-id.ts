import type { Instant } from "@meeting-bot/core";

/** Hexadecimal digits of an instant: enough until the year 10889. */
const TIME_DIGITS = 12;
/** Bytes that tell the meetings of one millisecond apart. */
export const RANDOM_BYTES = 10;

/** Makes an id for a new meeting: later ones sort after earlier ones, as Firestore lists them. */
export function newMeetingId(now: Instant, random: Buffer): string {
  return now.toString(16).padStart(TIME_DIGITS, "0") + random.toString("hex");
}
