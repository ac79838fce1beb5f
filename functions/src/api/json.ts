import type { Instant } from "@meeting-bot/core";

/** An instant as ISO 8601 text; none for none. */
export function toTime(at: Instant | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

/** An object without the members that are not there. */
export function defined(json: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));
}
