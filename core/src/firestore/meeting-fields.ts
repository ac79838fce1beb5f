import type { BotInstance } from "../bot-instance/bot-instance.ts";
import { isMap } from "../map.ts";
import type { Meeting } from "../meeting/meeting.ts";
import {
  isNewerResult,
  type RecordingSummary,
  summarizeBot,
  summarizeResult,
} from "../meeting/recording-summary.ts";
import { type DocumentFields, snakeCase, toFields } from "./fields.ts";

/** What the map `recording` is to say. */
export interface Shown {
  /** The instance that the meeting is linked to, or was; undefined leaves what is said of it. */
  bot?: BotInstance | "cancelled" | undefined;
  /** Instances that may have stored something, the older first. */
  results: readonly BotInstance[];
  /** What the link was made for; undefined leaves what is noted. */
  asked?: Pick<Meeting, "requestHash" | "detailsHash" | "retry"> | undefined;
  /** What is shown was recorded for another meeting. */
  forgets?: boolean;
}

/** A change of a document: fields to set, by path, and paths to remove. */
export interface FieldChange {
  fields: DocumentFields;
  gone: string[];
}

const BOT_NAMES = [
  "status",
  "botInstanceId",
  "phase",
  "error",
  "nextAttemptAt",
] as const satisfies (keyof RecordingSummary)[];
const RESULT_NAMES = [
  "videoUri",
  "audioUri",
  "mp3Uri",
  "wavUri",
  "opusUri",
  "rawUri",
  "thumbnailUri",
  "durationSeconds",
  "partial",
  "endedAt",
  "endReason",
  "recordedBy",
  "recordedAt",
  "erasedAt",
] as const satisfies (keyof RecordingSummary)[];

/**
 * What changes in the map `recording` of a document, by field path, so that whatever else is there stays;
 * undefined when it shows all of it already.
 */
export function recordingChange(recording: unknown, shown: Shown): FieldChange | undefined {
  const before = isMap(recording) ? recording : {};
  const after = sumUp(before, shown);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => !isSame(before[name], after[name]));
  if (changed.length === 0) return undefined;
  if (!isMap(recording)) return { fields: { recording: after }, gone: [] };
  const set = changed.filter((name) => name in after);
  return {
    fields: Object.fromEntries(set.map((name) => [`recording.${name}`, after[name]])),
    gone: changed.filter((name) => !(name in after)).map((name) => `recording.${name}`),
  };
}

function sumUp(before: DocumentFields, { bot, results, asked, forgets }: Shown): DocumentFields {
  let after = { ...before };
  if (forgets) after = without(after, RESULT_NAMES);
  for (const result of results) {
    const summary = isNewerResult(result, after) && summarizeResult(result);
    if (summary) after = { ...without(after, RESULT_NAMES), ...toFields(summary) };
  }
  if (bot) after = { ...without(after, BOT_NAMES), ...aboutBot(bot) };
  if (!asked) return after;
  const { requestHash, detailsHash, retry: retryServed } = asked;
  return { ...after, ...toFields({ requestHash, detailsHash, retryServed }) };
}

function aboutBot(bot: BotInstance | "cancelled"): DocumentFields {
  return bot === "cancelled" ? { status: bot } : toFields(summarizeBot(bot));
}

function without(fields: DocumentFields, names: readonly string[]): DocumentFields {
  const gone = new Set(names.map(snakeCase));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !gone.has(name)));
}

/** Instants are Timestamps in what was read, and Dates in what is to be written. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== "object" || value === null) return value;
  if ("toMillis" in value && typeof value.toMillis === "function") return value.toMillis();
  if (Array.isArray(value)) return value.map(plain);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, plain(item)]));
}
