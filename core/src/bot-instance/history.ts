import type { Failure } from "../errors.ts";
import { DAY, type Instant } from "../time.ts";
import type { BotInstance, Phase, Status } from "./bot-instance.ts";

/** Something that happened to an instance: a document in `bot_instances/{id}/bot_events`. */
export interface HistoryEntry {
  /** The status or phase that was entered, or what else changed. */
  what:
    | Status
    | Phase
    | "cancel-requested"
    | "meeting-joined"
    | "meeting-left"
    | "replanned"
    | "merged"
    | "handed-over"
    | "retried"
    | "recording-erased";
  at: Instant;
  attempt: number;
  /** The instance was made with it: its first meeting has been told by itself. */
  isMade?: boolean;
  launchFailures?: number;
  /** When it is looked at again. */
  wakeAt?: Instant;
  claimedBy?: string;
  execution?: string;
  /** Why: what came of the attempt that has just ended, with the platform's own words. */
  error?: Failure;
  /** The other bot of a merge, a hand-over or a retry. */
  other?: string;
  /** Who had the recording removed. */
  erasedBy?: string;
  /** When Firestore may delete the entry. */
  expiresAt: Instant;
}

/** What a change did to an instance, for the history; undefined for what is not worth an entry, such as a heartbeat. */
export function historyOf(
  before: BotInstance | undefined,
  after: BotInstance,
  now: Instant,
  historyDays: number,
): HistoryEntry | undefined {
  const what = whatHappened(before, after);
  if (what === undefined) return undefined;
  const { attempt, launchFailures, wakeAt, claimedBy, execution, error } = after;
  const isNews = error !== undefined && error.at !== before?.error?.at;
  return {
    what,
    at: now,
    attempt,
    ...(!before && { isMade: true }),
    ...(launchFailures > 0 && { launchFailures }),
    ...(wakeAt !== undefined && { wakeAt }),
    ...(claimedBy !== undefined && { claimedBy }),
    ...(execution && { execution: execution.name }),
    ...(isNews && { error }),
    ...otherOf(what, after),
    ...(what === "recording-erased" && { erasedBy: after.erasedBy }),
    expiresAt: now + historyDays * DAY,
  };
}

/** The instance that a merge, a hand-over or a retry has to do with. */
function otherOf(
  what: HistoryEntry["what"],
  { mergedInto, succeededBy, retriedBy }: BotInstance,
): Pick<HistoryEntry, "other"> {
  const others: Partial<Record<HistoryEntry["what"], string | undefined>> = {
    merged: mergedInto,
    "handed-over": succeededBy,
    retried: retriedBy,
  };
  const other = others[what];
  return other === undefined ? {} : { other };
}

/** What a change can be besides another status or phase, by the field that shows it. */
const SHOWN_BY: readonly (readonly [keyof BotInstance, HistoryEntry["what"]])[] = [
  ["cancelRequestedAt", "cancel-requested"],
  ["recordingErasedAt", "recording-erased"],
  ["retriedBy", "retried"],
  ["succeededBy", "handed-over"],
];

function whatHappened(
  before: BotInstance | undefined,
  after: BotInstance,
): HistoryEntry["what"] | undefined {
  if (after.mergedInto !== undefined && before?.mergedInto === undefined) return "merged";
  if (before?.status !== after.status) return after.phase ?? after.status;
  if (after.phase !== undefined && before.phase !== after.phase) return after.phase;
  const shown = SHOWN_BY.find(([field]) => before[field] !== after[field]);
  if (shown) return shown[1];
  if (before.wantedLinks < after.wantedLinks) return "meeting-joined";
  if (before.wantedLinks > after.wantedLinks) return "meeting-left";
  return REPLANNED.some((field) => before[field] !== after[field]) ? "replanned" : undefined;
}

/** What an edit of a meeting changes of its instance. */
const REPLANNED: readonly (keyof BotInstance)[] = [
  "startAt",
  "endAt",
  "meetingUrl",
  "recordingOptions",
  "botName",
  "gcsPath",
  "creatorUserId",
  "timezone",
];

/** What of an instance's history its meetings show: they are told. */
const TOLD: ReadonlySet<unknown> = new Set<HistoryEntry["what"]>([
  "claimed",
  "waiting",
  "recording",
  "queued",
  "done",
  "failed",
  "cancelled",
  "merged",
  "retried",
  "recording-erased",
]);

/** Whether an entry of the history, as it is stored, is something to tell an instance's meetings. */
export function isTold({ what, is_made: isMade }: Readonly<Record<string, unknown>>): boolean {
  return TOLD.has(what) && isMade !== true;
}
