import { join } from "node:path";
import {
  type BotInstance,
  type Failure,
  failure,
  MINUTE,
  type RecordingStore,
  SECOND,
  StorageError,
} from "@meeting-bot/core";
import { aborted } from "../aborted.ts";
import type { Shortfall } from "../bot/outcome.ts";
import type { LeaseKeeper } from "../lease-keeper.ts";
import { type EarlierRecording, fetchEarlierRecording } from "../recording/earlier-recording.ts";
import { Capture } from "./capture.ts";
import { type FinishedAttempt, finishAttempt } from "./finish-attempt.ts";
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

/** What is left of the ten seconds that a platform gives, for storing the last part. */
const FLUSH_MS = 5 * SECOND;
/** How long storage may be away after a meeting before a recording is given up with its disk. */
const PATIENCE_MS = 30 * MINUTE;
/** The same while the meeting goes on without a bot. */
const REJOIN_PATIENCE_MS = 2 * MINUTE;

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
    if (result.kind === "failed") await saveForNext(services, attempt, capture);
    return result;
  } catch (error) {
    await saveForNext(services, attempt, capture);
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
    await capture.flush(AbortSignal.timeout(FLUSH_MS)).catch(logs.partsNotFlushed);
  }
  return { kind: "stopped" };
}

/** What was recorded must be in the store before this execution's disk goes. */
async function saveForNext(
  { logs }: AttemptServices,
  { signal }: Attempt,
  capture: Capture,
): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  await capture.flush(patience).catch(logs.partsNotFlushed);
}

/** Earlier attempts' parts are fetched beside the join: the meeting goes on meanwhile. */
function fetchEarlier(
  { recordings: store, config }: AttemptServices,
  { instance, signal }: Attempt,
  { path }: Preparation,
): Promise<EarlierRecording> {
  const isFirst = instance.attempt <= 1 && !instance.finishOnly;
  if (isFirst) return Promise.resolve({ files: [], stretches: [], hasHoles: false });
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
  const isCut = recorded.kind === "stopped" || (recorded.kind === "recorded" && recorded.missing);
  if (isCut) await untilSettled(services, () => capture.look(), signal);
  if (signal.aborted) return saveWhenStopped(services, attempt, capture);
  const saved = await earlier.catch(() => fetchEarlier(services, attempt, prepared));
  const again = reasonToRejoin({ instance, recorded, hasSaved: saved.files.length > 0 });
  if (again && (await isSaved(services, attempt, capture))) {
    return { kind: "failed", failure: again };
  }
  await capture.recording.end();
  const isRecorded = recorded.kind !== "failed" && (await capture.stretch()) !== undefined;
  if (!isRecorded && saved.files.length === 0) {
    return { kind: "failed", failure: whyNothing(recorded) };
  }
  const missing = recorded.kind === "recorded" ? recorded.missing : CANCELLED;
  const material = { earlier: saved, capture: isRecorded ? capture : undefined, missing };
  return finishAttempt(services, { ...attempt, ...prepared }, material);
}

const CANCELLED: Shortfall = { reason: "The meeting was cancelled.", interrupted: false };

function whyNothing(recorded: RecordedMeeting): Failure {
  if (recorded.kind === "failed") return recorded.failure;
  const { reason } = (recorded.kind === "recorded" && recorded.missing) || CANCELLED;
  return failure("NO_RECORDING", "recording", `Nothing was recorded. ${reason}`);
}

/** At once: if this execution dies now, no other bot is sent to a meeting that is over. */
async function tellEnd(
  { lease }: Attempt,
  recorded: RecordedMeeting,
  capture: Capture,
): Promise<void> {
  const stretch = await capture.stretch();
  const mayGoOn = recorded.kind === "recorded" && recorded.missing?.interrupted;
  if (recorded.kind === "failed" || mayGoOn || !stretch) return;
  void lease.tell({ recordingEndedAt: stretch.untilAt });
}

/** Whether all that was recorded is stored, so that another attempt can go on after it. */
async function isSaved(
  { logs }: AttemptServices,
  { signal }: Attempt,
  capture: Capture,
): Promise<boolean> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(REJOIN_PATIENCE_MS)]);
  try {
    return await capture.flush(patience);
  } catch (error) {
    signal.throwIfAborted();
    logs.partsNotFlushed(error);
    return false;
  }
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
  const unwanted = AbortSignal.any([signal, lease.cancelled, capture.full]);
  const outcome = await recordMeeting(services, instance, () => capture.look(), lease, unwanted);
  const isFull = outcome.kind === "stopped" && capture.full.aborted;
  const recorded: RecordedMeeting = isFull ? { kind: "recorded", missing: DISK_FULL } : outcome;
  await writeVerdict(config, recorded).catch(services.logs.verdictNotNoted);
  return recorded;
}

const DISK_FULL: Shortfall = {
  reason: "The scratch disk was full before the meeting ended.",
  interrupted: false,
};
