import {
  type BotInstance,
  isTerminal,
  type Output,
  type OutputKind,
  type Status,
} from "../bot-instance/bot-instance.ts";
import type { Failure } from "../errors.ts";
import { isMap } from "../map.ts";
import { type Instant, isTimestamp } from "../time.ts";

/** What the map `recording` of a meeting says of the bot that it is linked to. */
export interface BotSummary {
  status: Status;
  /** The bot instance that this is about; stays when the meeting's link to it is removed. */
  botInstanceId: string;
  phase?: string;
  /** Why it failed or, between two attempts, why the last one did. */
  error?: { code: string; message: string };
  /** When the next attempt is made, after one that has failed. */
  nextAttemptAt?: Instant;
}

/** What it says of what was recorded last; `recordedBy` is the instance that has. */
export interface ResultSummary extends Partial<Record<`${OutputKind}Uri`, string>> {
  durationSeconds?: number;
  partial?: boolean;
  recordedBy?: string;
  recordedAt?: Instant;
  endedAt?: Instant;
  endReason?: string;
  /** When it was removed at somebody's request. */
  erasedAt?: Instant;
}

/** What a meeting document shows of its recording: the map `recording`. */
export interface RecordingSummary extends BotSummary, ResultSummary {}

/** `processing` lasts from the first claim to the end, pauses between attempts included. */
export function shownStatus({ status, claimedAt, mergedInto }: BotInstance): Status {
  if (mergedInto !== undefined) return "processing";
  return status === "queued" && claimedAt !== undefined ? "processing" : status;
}

/** Sums an instance up for the meetings that are linked to it. */
export function summarizeBot(instance: BotInstance): BotSummary {
  const { id: botInstanceId, status, phase, error, wakeAt } = instance;
  const isPausing = status === "queued" && error !== undefined;
  const isShown = isPausing || status === "failed";
  return {
    status: shownStatus(instance),
    botInstanceId,
    ...(phase !== undefined && { phase }),
    ...(isShown && error && { error: told(error) }),
    ...(isPausing && wakeAt !== undefined && { nextAttemptAt: wakeAt }),
  };
}

/** Sums up what an instance has stored; undefined when it has nothing to show. */
export function summarizeResult(instance: BotInstance): ResultSummary | undefined {
  const { id, outputs = [], partial, recordingErasedAt, processedAt, updatedAt } = instance;
  if (!isTerminal(instance)) return undefined;
  if (recordingErasedAt !== undefined) {
    return { erasedAt: recordingErasedAt, recordedBy: id, recordedAt: processedAt ?? updatedAt };
  }
  if (outputs.length === 0) return undefined;
  const durationSeconds = durationOf(outputs);
  const { endedAt, endReason } = instance;
  return {
    ...urisOf(outputs),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(partial !== undefined && { partial }),
    ...(endedAt !== undefined && { endedAt }),
    ...(endReason !== undefined && { endReason }),
    recordedBy: id,
    recordedAt: processedAt ?? updatedAt,
  };
}

/** How long the video, or else the sound, is. */
export function durationOf(outputs: readonly Output[]): number | undefined {
  const [video, audio] = ["video", "audio"].map((kind) =>
    outputs.find((output) => output.kind === kind),
  );
  return (video ?? audio)?.durationSeconds;
}

function urisOf(outputs: readonly Output[]): ResultSummary {
  return Object.fromEntries(
    outputs.toReversed().map(({ kind, uri }) => [`${kind}Uri` as const, uri]),
  );
}

/** A platform's own words may be many, and they are written to each of an instance's meetings. */
const MAX_MESSAGE_CHARACTERS = 2000;

function told({ code, message }: Failure): BotSummary["error"] {
  return { code, message: message.slice(0, MAX_MESSAGE_CHARACTERS).toWellFormed() };
}

/**
 * Whether what `instance` has stored is to be shown instead of what the document shows: the last one that
 * has stored something counts, and nobody is shown again what was erased.
 */
export function isNewerResult(instance: BotInstance, recording: unknown): boolean {
  if (!isMap(recording)) return true;
  const { recorded_by: recordedBy, recorded_at: recordedAt } = recording;
  if (instance.recordingErasedAt !== undefined) {
    // What the version before has written names nobody.
    return recordedBy === instance.id || recordedBy === undefined;
  }
  const shownAt = isTimestamp(recordedAt) ? recordedAt.toMillis() : 0;
  return recordedBy === instance.id || (instance.processedAt ?? instance.updatedAt) >= shownAt;
}
