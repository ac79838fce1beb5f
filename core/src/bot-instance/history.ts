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
    | "recording-erased";
  at: Instant;
  attempt: number;
  launchFailures?: number;
  /** When it is looked at again. */
  wakeAt?: Instant;
  claimedBy?: string;
  execution?: string;
  /** Why: what came of the attempt that has just ended, with the platform's own words. */
  error?: Failure;
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
    ...(launchFailures > 0 && { launchFailures }),
    ...(wakeAt !== undefined && { wakeAt }),
    ...(claimedBy !== undefined && { claimedBy }),
    ...(execution && { execution: execution.name }),
    ...(isNews && { error }),
    ...(what === "recording-erased" && { erasedBy: after.erasedBy }),
    expiresAt: now + historyDays * DAY,
  };
}

function whatHappened(
  before: BotInstance | undefined,
  after: BotInstance,
): HistoryEntry["what"] | undefined {
  if (before?.status !== after.status) return after.phase ?? after.status;
  if (after.phase !== undefined && before.phase !== after.phase) return after.phase;
  if (before.cancelRequestedAt !== after.cancelRequestedAt) return "cancel-requested";
  if (before.recordingErasedAt !== after.recordingErasedAt) return "recording-erased";
  if (before.meetings.length < after.meetings.length) return "meeting-joined";
  if (before.meetings.length > after.meetings.length) return "meeting-left";
  return before.requestHash === after.requestHash ? undefined : "replanned";
}
