import {
  type BotInstance,
  type Failure,
  failure,
  type Output,
  type Phase,
  type RecordingStore,
} from "@meeting-bot/core";
import type { RecordingState } from "./bot/recording-watch.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import { type ConvertedRecording, convertRecording } from "./media/convert-recording.ts";
import type { FfmpegBinaries } from "./media/ffmpeg-binaries.ts";
import { type RecordServices, recordMeeting, settledRecording } from "./record-meeting.ts";
import { recordingPathOf } from "./recording-path.ts";
import { storeOutputs } from "./store-outputs.ts";

/** What an attempt needs. */
export interface AttemptServices extends RecordServices {
  recordings: RecordingStore;
  /** Looks for ffmpeg; rejects when there is none that runs. */
  findBinaries(): Promise<FfmpegBinaries>;
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
  | { kind: "done"; outputs: Output[]; partial: boolean }
  | { kind: "failed"; failure: Failure }
  | { kind: "stopped" };

/** Records, converts and stores one meeting. What can be expected to go wrong is a result. */
export async function makeAttempt(
  services: AttemptServices,
  attempt: Attempt,
): Promise<AttemptResult> {
  const { instance, lease, signal } = attempt;
  if (instance.finishOnly) return { kind: "failed", failure: nothingStored() };
  const path = recordingPathOf(instance);
  if (!path.ok) return { kind: "failed", failure: path.failure };
  // Before a bot is sent: nothing could be made of its recording.
  const binaries = await services.findBinaries().catch(explainMissing);
  if ("code" in binaries) return { kind: "failed", failure: binaries };
  const unwanted = AbortSignal.any([signal, lease.cancelled]);
  const recorded = await recordMeeting(services, instance, lease, unwanted);
  // Before anything else: no bot stays in a room, or is paid for, while its recording is converted.
  await services.stopBot();
  if (signal.aborted) return { kind: "stopped" };
  if (recorded.kind === "failed") return recorded;
  const recording = await settledRecording(services, instance, recorded, signal);
  if (!recording) return { kind: "failed", failure: nothingRecorded() };

  enter(services, attempt, "converting", { recordingEndedAt: recording.grewAt });
  const converted = await convert(services, attempt, binaries, recording);
  if (!converted.ok)
    return { kind: "failed", failure: failure(converted.code, "converting", converted.message) };
  for (const lost of converted.failures) services.logs.outputFailed(lost);

  enter(services, attempt, "uploading");
  const stored = await store(services, attempt, path.path, converted);
  if (stored.kind !== "done") return stored;
  const isWhole = recorded.kind === "recorded" && !recorded.partial && !converted.truncated;
  const partial = stored.partial || !isWhole || converted.failures.length > 0;
  services.logs.recordingEnded(converted.recordedSeconds, partial);
  return { ...stored, partial };
}

/** This manager stores outputs, not parts: there is nothing that it could finish. */
function nothingStored(): Failure {
  return failure("NO_RECORDING", "recording", "No stored part of the recording was found.");
}

/** Only a meeting that was cancelled comes to this: any other outcome without a recording has its own reason. */
function nothingRecorded(): Failure {
  const message = "The meeting was cancelled before anything was recorded.";
  return failure("NO_RECORDING", "recording", message);
}

function explainMissing({ message }: Error): Failure {
  return failure("CONVERSION_FAILED", "converting", `Nothing could be converted: ${message}.`);
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

function convert(
  { config }: AttemptServices,
  { lease, signal }: Attempt,
  binaries: FfmpegBinaries,
  { path: recording }: RecordingState,
) {
  return convertRecording({
    recording,
    workDir: config.workDir,
    binaries,
    options: { preset: config.videoPreset },
    onProgress: (fractionConverted) => lease.note({ progress: { fractionConverted } }),
    signal,
  });
}

async function store(
  { recordings, logs }: AttemptServices,
  { instance, signal }: Attempt,
  path: string,
  { outputs }: ConvertedRecording,
): Promise<AttemptResult> {
  const stored = await storeOutputs({ store: recordings, instance, path, outputs, signal });
  for (const { uri, bytes } of stored.outputs) logs.outputStored(uri, bytes);
  for (const lost of stored.failures) logs.outputFailed(lost);
  const [lost] = stored.failures;
  // One output is better than none; without any the recording is still there to be tried again.
  if (lost && stored.outputs.length === 0) return { kind: "failed", failure: lost };
  return { kind: "done", outputs: stored.outputs, partial: lost !== undefined };
}
