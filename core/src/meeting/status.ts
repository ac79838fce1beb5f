import type { UntrustedDocument } from "./meeting.ts";

/** How the user's collections spell what we need; every name can be changed by the environment. */
export interface MeetingNaming {
  statusField: string;
  /** The statuses that want a bot. */
  statusValues: readonly string[];
  /** The statuses that want none any more. */
  cancelValues: readonly string[];
  instanceField: string;
}

/** What a meeting's status says: it wants a bot, wants none any more, or nothing about bots. */
export type Intent = "record" | "cancel" | "none";

/** The most characters that are told of a status that nobody knows. */
const MAX_TOLD_CHARACTERS = 64;

/** Reads a meeting's status; a text that is in neither list is told, so that somebody can look. */
export function readStatus(
  document: UntrustedDocument,
  { statusField, statusValues, cancelValues }: MeetingNaming,
): { intent: Intent; unknownStatus?: string } {
  const value = document[statusField];
  if (typeof value === "object") return { intent: "none" };
  const key = statusKey(String(value));
  const isAmong = (values: readonly string[]) => values.some((known) => statusKey(known) === key);
  if (isAmong(statusValues)) return { intent: "record" };
  if (isAmong(cancelValues)) return { intent: "cancel" };
  if (typeof value !== "string" || key === "") return { intent: "none" };
  return { intent: "none", unknownStatus: tell(value) };
}

/** A status as statuses are compared: people write `Scheduled`, and blanks around it. */
export function statusKey(status: string): string {
  return status.trim().toLowerCase();
}

function tell(status: string): string {
  return status.trim().slice(0, MAX_TOLD_CHARACTERS).toWellFormed();
}
