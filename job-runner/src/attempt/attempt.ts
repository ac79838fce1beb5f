import { join } from "node:path";
import { type BotInstance, failure, type RecordingStore, StorageError } from "@meeting-bot/core";
import { aborted } from "../aborted.ts";
import type { Shortfall } from "../bot/outcome.ts";
import type { LeaseKeeper } from "../lease-keeper.ts";
import {
  type EarlierRecording,
  fetchEarlierRecording,
  NOTHING_EARLIER,
} from "../recording/earlier-recording.ts";
import { findStoredAttempts, removeParts } from "../recording/stored-parts.ts";
import { Capture } from "./capture.ts";
import { endReasonOf, missingAtEnd, whyNothing } from "./end-of-meeting.ts";
import { type FinishedAttempt, finishAttempt } from "./finish-attempt.ts";
import { importRecording } from "./import-recording.ts";
import { keepRecording, PATIENCE_MS } from "./keep-recording.ts";
import { type Preparation, type PrepareServices, prepare } from "./preparation.ts";
import {
  type RecordedMeeting,
  type RecordServices,
  recordMeeting,
  untilSettled,
} from "./record-meeting.ts";
import { reasonToRejoin } from "./rejoin.ts";
import { removeBotFiles } from "./remove-bot-files.ts";
import { readVerdict, writeVerdict } from "./verdict-file.ts";

/** What an attempt needs. */
export interface AttemptServices extends RecordServices, PrepareServices {
  recordings: RecordingStore;
  /** Opens the store at another bucket such as `s3://bucket`; makes no request. */
  openStore(bucket: string): Promise<RecordingStore>;
  /** Takes the bot out of the room and ends its container. */
  stopBot(): Promise<void>;
}

/** One attempt at one meeting. */
export interface Attempt {
  instance: BotInstance;
  lease: LeaseKeeper;
  /** Aborted when the attempt must end at once; whatever is under way then rejects. */
  signal: AbortSignal;
}

/** How an attempt has ended; `stopped` when its signal was aborted. */
export type AttemptResult = FinishedAttempt | { kind: "stopped" };

/** Records, converts and stores one meeting. What can be expected to go wrong is a result. */
export async function makeAttempt(
  services: AttemptServices,
  attempt: Attempt,
): Promise<AttemptResult> {
  const prepared = await prepare(services, attempt.instance);
  if ("code" in prepared) return { kind: "failed", failure: prepared };
  try {
    return await makePrepared(services, attempt, prepared);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const message = `What was stored of the recording cannot be read: ${error.message}`;
    const why = failure("UPLOAD_FAILED", "recording", message);
    return { kind: "failed", failure: { ...why, retryable: error.retryable } };
  }
}

async function makePrepared(
  services: AttemptServices,
  attempt: Attempt,
  prepared: Preparation,
): Promise<AttemptResult> {
  const { logs } = services;
  const { signal } = attempt;
  const { source } = attempt.instance;
  if (source) return importRecording(services, { ...attempt, ...prepared }, source);
  const earlier = fetchEarlier(services, attempt, prepared);
  if (attempt.instance.finishOnly) {
    const material = { earlier: await earlier, capture: undefined };
    return finishAttempt(services, { ...attempt, ...prepared }, material);
  }
  if (services.config.restarts === 0) await removeBotFiles(services, attempt.instance);
  const capture = new Capture(services, captureRequest(attempt, prepared, earlier));
  try {
    const work = recordAndFinish(services, attempt, prepared, { earlier, capture });
    const result = await Promise.race([work, saveWhenStopped(services, attempt, capture)]);
    const patienceMs = PATIENCE_MS[result.kind];
    if (result.kind !== "stopped") await keepRecording(capture, logs, patienceMs, signal);
    return result;
  } catch (error) {
    await keepRecording(capture, logs, PATIENCE_MS.failed, signal);
    throw error;
  } finally {
    await capture.close();
  }
}

/** Once the attempt must end: tells the bot, and stores what is not stored yet, unless somebody else has the instance. */
async function saveWhenStopped(
  { stopBot, logs }: AttemptServices,
  { lease, signal }: Attempt,
  capture: Capture,
): Promise<AttemptResult> {
  await aborted(signal);
  void stopBot();
  // Whoever could not be reached may still find the claim to be ours.
  if (lease.lost.reason !== "superseded") {
    await keepRecording(capture, logs, PATIENCE_MS.stopped);
  }
  return { kind: "stopped" };
}

/** Earlier attempts' parts are fetched beside the join: the meeting goes on meanwhile. */
function fetchEarlier(
  { recordings: store, config }: AttemptServices,
  { instance, signal }: Attempt,
  { path }: Preparation,
): Promise<EarlierRecording> {
  const isFirst = instance.attempt <= 1 && !instance.finishOnly;
  if (isFirst) return Promise.resolve(NOTHING_EARLIER);
  const folder = join(config.workDir, "earlier");
  const { claimToken } = config;
  const fetched = fetchEarlierRecording({ store, instance, path, claimToken, folder, signal });
  // Whoever needs it waits for it and is told then.
  fetched.catch(() => {});
  return fetched;
}

function captureRequest(
  { instance, lease }: Attempt,
  prepared: Preparation,
  earlier: Promise<EarlierRecording>,
) {
  let isTold = false;
  return {
    ...prepared,
    instance,
    earlier,
    onStored: ({ bytesStored }: { bytesStored: number }) => {
      // At once the first time: from then on the end of this attempt is not the recording's.
      if (isTold) return lease.note({ progress: { bytesStored } });
      isTold = true;
      void lease.tell({ progress: { bytesStored } });
    },
  };
}

interface Recording {
  earlier: Promise<EarlierRecording>;
  capture: Capture;
}

async function recordAndFinish(
  services: AttemptServices,
  attempt: Attempt,
  prepared: Preparation,
  { earlier, capture }: Recording,
): Promise<AttemptResult> {
  const { instance, signal } = attempt;
  const recorded = await record(services, attempt, capture);
  await tellEnd(attempt, recorded, capture);
  // Before anything else: no bot stays in a room, or is paid for, while its recording is converted.
  await services.stopBot();
  const isWhole = recorded.kind === "recorded" && !recorded.missing;
  const isCut = recorded.kind !== "failed" && !isWhole;
  if (isCut) await untilSettled(services, () => capture.look(), signal);
  if (signal.aborted) return saveWhenStopped(services, attempt, capture);
  const saved = await earlier.catch(() => fetchEarlier(services, attempt, prepared));
  if (recorded.kind === "failed") await discard(services, attempt, prepared, { capture, saved });
  const again = reasonToRejoin({ instance, recorded, hasSaved: saved.files.length > 0 });
  const keep = () => keepRecording(capture, services.logs, PATIENCE_MS.interrupted, signal);
  if (again && (await keep())) return { kind: "failed", failure: again };
  await capture.recording.end();
  const isRecorded = recorded.kind !== "failed" && (await capture.stretch()) !== undefined;
  if (!isRecorded && saved.files.length === 0) {
    return { kind: "failed", failure: whyNothing(recorded) };
  }
  const material = {
    earlier: saved,
    capture: isRecorded ? capture : undefined,
    missing: missingAtEnd(recorded),
    endReason: endReasonOf(recorded),
  };
  return finishAttempt(services, { ...attempt, ...prepared }, material);
}

/** What a recorder may have caught at the door is no meeting, and must not be finished as one. */
async function discard(
  { recordings, logs }: AttemptServices,
  { instance, lease }: Attempt,
  { path }: Preparation,
  { capture, saved }: { capture: Capture; saved: EarlierRecording },
): Promise<void> {
  if (!(await capture.stretch())) return;
  await capture.close();
  const errors = await findStoredAttempts(recordings, path, { instance: instance.id })
    .then((stored) => stored.filter(({ token }) => !saved.tokens.includes(token)))
    .then((own) => removeParts(recordings, own))
    .catch((error: Error) => [error]);
  for (const error of errors) logs.partLeft(error);
  const bytesStored = saved.files.reduce((sum, { layout }) => sum + layout.bytes, 0);
  await lease.tell({ progress: { bytesStored } });
}

/** At once: if this execution dies now, no other bot is sent to a meeting that is over. */
async function tellEnd(
  { lease, signal }: Attempt,
  recorded: RecordedMeeting,
  capture: Capture,
): Promise<void> {
  const isInterrupted = recorded.kind === "recorded" && recorded.missing?.interrupted;
  const mayGoOn = isInterrupted || signal.aborted;
  const stretch = await capture.stretch();
  if (recorded.kind === "failed" || mayGoOn || !stretch) return;
  void lease.tell({ recordingEndedAt: stretch.untilAt, endReason: endReasonOf(recorded) });
}

/** Follows the bot through its meeting, or recalls how that ended for a manager that died afterwards. */
async function record(
  services: AttemptServices,
  { instance, lease, signal }: Attempt,
  capture: Capture,
): Promise<RecordedMeeting> {
  const { config } = services;
  const known = await readVerdict(config);
  if (known) return known;
  const { cancelled, leaving } = lease;
  const unwanted = AbortSignal.any([signal, cancelled, leaving, capture.full]);
  const outcome = await recordMeeting(services, instance, () => capture.look(), lease, unwanted);
  const recorded = outcome.kind === "stopped" ? whyStopped(lease, capture) : outcome;
  await writeVerdict(config, recorded).catch(services.logs.verdictNotNoted);
  return recorded;
}

function whyStopped({ cancelled, leaving }: LeaseKeeper, { full }: Capture): RecordedMeeting {
  if (full.aborted) return { kind: "recorded", missing: DISK_FULL };
  return { kind: leaving.aborted && !cancelled.aborted ? "handed-over" : "stopped" };
}

const DISK_FULL: Shortfall = {
  reason: "The scratch disk was full before the meeting ended.",
  interrupted: false,
  endReason: "disk-full",
};
