import type { Instant } from "@meeting-bot/core";

/** What is longer was not written by us, and would be told again with each of a page's meetings. */
const MAX_TEXT_CHARACTERS = 2048;

/** An instant as ISO 8601 text; none for none. */
export function toTime(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

/** An object without the members that are not there. */
export function defined(json: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));
}

/** A text of bounded length; nothing for whatever else somebody wrote. */
export function toText(value: unknown): string | undefined {
  return typeof value === "string" && value.length <= MAX_TEXT_CHARACTERS ? value : undefined;
}

/** A length or a count; nothing for whatever else somebody wrote. */
export function toLength(value: unknown): number | undefined {
  return Number.isFinite(value) && Number(value) >= 0 ? Number(value) : undefined;
}

/** A failure, shortened; nothing for what is none. */
export function toErrorJson(value: unknown): object | undefined {
  const { code, message } = Object(value) as Record<string, unknown>;
  if (toText(code) === undefined || typeof message !== "string") return undefined;
  return { code, message: message.slice(0, MAX_TEXT_CHARACTERS).toWellFormed() };
}
