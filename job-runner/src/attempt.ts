import { once } from "node:events";
import { join } from "node:path";
import {
  type BotInstance,
  type Failure,
  failure,
  type Gap,
  type Output,
  type OutputFailure,
  type Phase,
  type RecordingStore,
  SECOND,
} from "@meeting-bot/core";
import type { Shortfall } from "./bot/outcome.ts";
import { Capture } from "./capture.ts";
import { type Finished, finishRecording } from "./finish.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import { type Preparation, type PrepareServices, prepare } from "./preparation.ts";
import {
  type RecordedMeeting,
  type RecordServices,
  recordMeeting,
  untilSettled,
} from "./record-meeting.ts";
import {
  type EarlierRecording,
  fetchEarlierRecording,
  gapsBetween,
  type Stretch,
} from "./recording/earlier-recording.ts";
import { findStoredAttempts, removeParts } from "./recording/stored-parts.ts";
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
export type AttemptResult =
  | {
      kind: "done";
      outputs: Output[];
      outputFailures: OutputFailure[];
      partial: boolean;
      gaps: Gap[];
      /** Removes what is not needed any more once the result is written down. */
      cleanUp(): Promise<void>;
    }
  | { kind: "failed"; failure: Failure }
  | { kind: "stopped" };

/** What is left of the ten seconds that a platform gives, for storing the last part. */
const FLUSH_MS = 5 * SECOND;

/** Records, converts and stores one meeting. What can be expected to go wrong is a result. */
export async function makeAttempt(
  services: AttemptServices,
  attempt: Attempt,
): Promise<AttemptResult> {
  const prepared = await prepare(services, attempt.instance);
  if ("code" in prepared) return { kind: "failed", failure: prepared };
  const earlier = fetchEarlier(services, attempt, prepared);
  if (attempt.instance.finishOnly) {
    return finish(services, attempt, prepared, { earlier: await earlier, capture: undefined });
  }
  const capture = new Capture(services, captureRequest(attempt, prepared, earlier));
  try {
    const work = recordAndFinish(services, attempt, prepared, { earlier, capture });
    return await Promise.race([work, saveWhenStopped(services, attempt, capture)]);
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
  if (!signal.aborted) await once(signal, "abort");
  void stopBot();
  if (!lease.lost.aborted) {
    await capture.flush(AbortSignal.timeout(FLUSH_MS)).catch(logs.partsNotFlushed);
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
    onConverted: () => {},
  };
}

interface Recorded {
  earlier: Promise<EarlierRecording>;
  capture: Capture;
}

async function recordAndFinish(
  services: AttemptServices,
  attempt: Attempt,
  prepared: Preparation,
  { earlier, capture }: Recorded,
): Promise<AttemptResult> {
  const { signal } = attempt;
  const recorded = await record(services, attempt, capture);
  // Before anything else: no bot stays in a room, or is paid for, while its recording is converted.
  await services.stopBot();
  const isCut = recorded.kind === "stopped" || (recorded.kind === "recorded" && recorded.missing);
  if (isCut) await untilSettled(services, () => capture.recording.look(), signal);
  if (signal.aborted) return saveWhenStopped(services, attempt, capture);
  const again = await reasonToRejoin(attempt, recorded, capture, earlier);
  if (again) return { kind: "failed", failure: again };
  await capture.recording.end();
  const missing = recorded.kind === "recorded" ? recorded.missing : CANCELLED;
  const isRecorded = recorded.kind !== "failed" && (await capture.stretch()) !== undefined;
  const saved = await earlier;
  if (!isRecorded && saved.files.length === 0) {
    return { kind: "failed", failure: recorded.kind === "failed" ? recorded.failure : nothing() };
  }
  return finish(services, attempt, prepared, {
    earlier: saved,
    capture: isRecorded ? capture : undefined,
    ...(missing && { missing }),
  });
}

const CANCELLED: Shortfall = { reason: "The meeting was cancelled.", interrupted: false };

function nothingStored(): Failure {
  return failure("NO_RECORDING", "recording", "No stored part of the recording was found.");
}

/** Only a meeting that was cancelled comes to this: any other outcome without a recording has its own reason. */
function nothing(): Failure {
  const message = "The meeting was cancelled before anything was recorded.";
  return failure("NO_RECORDING", "recording", message);
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
  const look = () => capture.recording.look();
  const outcome = await recordMeeting(services, instance, look, lease, unwanted);
  const isFull = outcome.kind === "stopped" && capture.full.aborted;
  const recorded: RecordedMeeting = isFull ? { kind: "recorded", missing: DISK_FULL } : outcome;
  await writeVerdict(config, recorded);
  return recorded;
}

const DISK_FULL: Shortfall = {
  reason: "The scratch disk was full before the meeting ended.",
  interrupted: false,
};

/**
 * Why another attempt should go on with the meeting, if one should: the bot fell out of it, or did not
 * get back into it, attempts are left, and all that was recorded so far is stored.
 */
async function reasonToRejoin(
  { instance, signal }: Attempt,
  recorded: RecordedMeeting,
  capture: Capture,
  earlier: Promise<EarlierRecording>,
): Promise<Failure | undefined> {
  if (instance.attempt >= instance.maxAttempts) return undefined;
  if (recorded.kind === "failed") {
    const hasSaved = (await earlier).files.length > 0;
    return hasSaved && recorded.failure.retryable ? recorded.failure : undefined;
  }
  if (recorded.kind !== "recorded" || !recorded.missing?.interrupted) return undefined;
  const isStored = await capture.flush(signal);
  return isStored ? failure("BOT_CRASHED", "recording", recorded.missing.reason) : undefined;
}

interface Material {
  earlier: EarlierRecording;
  /** This attempt's own recording, if there is one. */
  capture: Capture | undefined;
  missing?: Shortfall;
}

/** Makes one recording of everything there is. */
async function finish(
  services: AttemptServices,
  attempt: Attempt,
  prepared: Preparation,
  { earlier, capture, missing }: Material,
): Promise<AttemptResult> {
  const { lease, signal, instance } = attempt;
  const own = await capture?.stretch();
  const stretches = [...earlier.stretches, ...(own ? [own] : [])];
  if (stretches.length === 0) return { kind: "failed", failure: nothingStored() };
  const endedAt = stretches.at(-1)?.untilAt;
  enter(
    services,
    attempt,
    "converting",
    endedAt === undefined ? {} : { recordingEndedAt: endedAt },
  );
  const finished = await finishRecording(services, {
    ...prepared,
    instance,
    signal,
    converted: await capture?.converted(),
    files: async () => [
      ...earlier.files.map(({ path }) => path),
      ...((await capture?.files(signal)) ?? []),
    ],
    recordedSeconds: stretches.reduce((sum, { seconds }) => sum + seconds, 0),
    onConverted: (fractionConverted) => lease.note({ progress: { fractionConverted } }),
    onUploading: () => enter(services, attempt, "uploading"),
  });
  if (finished.kind === "failed") return finished;
  const cleanUp = () => removeAllParts(services, attempt, prepared);
  return {
    ...describe(finished, stretches, { earlier, capture, ...(missing && { missing }) }),
    cleanUp,
  };
}

function describe(
  { outputs, outputFailures, truncated }: Finished,
  stretches: readonly Stretch[],
  { earlier, capture, missing }: Material,
) {
  const gaps = gapsBetween(stretches);
  const partial =
    missing !== undefined ||
    capture === undefined ||
    earlier.hasHoles ||
    truncated ||
    gaps.length > 0 ||
    outputFailures.length > 0;
  return { kind: "done" as const, outputs, outputFailures, partial, gaps };
}

async function removeAllParts(
  { recordings, logs }: AttemptServices,
  { instance }: Attempt,
  { path }: Preparation,
): Promise<void> {
  const stored = await findStoredAttempts(recordings, path, { instance: instance.id });
  for (const error of await removeParts(recordings, stored)) logs.partLeft(error);
}

/** Tells a phase without waiting for it to be written: the work goes on while Firestore is away. */
function enter(
  { logs }: AttemptServices,
  { lease }: Attempt,
  phase: Phase,
  change: { recordingEndedAt?: number } = {},
): void {
  logs.phaseEntered(phase);
  void lease.tell({ phase, ...change });
}
