import {
  type BotInstance,
  type CompleteEvent,
  type EndReason,
  type Failure,
  failure,
  type Gap,
  MINUTE,
  type Output,
  type OutputFailure,
  type Phase,
} from "@meeting-bot/core";
import { aborted } from "../aborted.ts";
import type { Shortfall } from "../bot/outcome.ts";
import type { Change, LeaseKeeper } from "../lease-keeper.ts";
import { type EarlierRecording, gapsBetween } from "../recording/earlier-recording.ts";
import { removeAllParts } from "../recording/stored-parts.ts";
import type { Capture } from "./capture.ts";
import {
  type Finished,
  type FinishRequest,
  type FinishServices,
  finishRecording,
} from "./finish-recording.ts";
import { removeBotFiles } from "./remove-bot-files.ts";

/** All that there is of a recording that is over. */
export interface Material {
  earlier: EarlierRecording;
  /** This attempt's own recording, if there is one. */
  capture: Capture | undefined;
  /** What is known to be missing at its end. */
  missing?: Shortfall | undefined;
  /** Why it ended; undefined where no manager has seen that. */
  endReason?: EndReason;
}

/** An attempt that comes to its end. */
export type FinishAttempt = Pick<
  FinishRequest,
  "instance" | "signal" | "path" | "options" | "binaries"
> & { lease: LeaseKeeper };

/** How it has ended; `done` once everything is stored. */
export type FinishedAttempt =
  | {
      kind: "done";
      outputs: Output[];
      outputFailures: OutputFailure[];
      partial: boolean;
      gaps: Gap[];
      /** When and why the recording ended, where that is known. */
      end: Pick<CompleteEvent, "endedAt" | "endReason">;
      /** Removes what is not needed any more once the result is written down. */
      cleanUp(): Promise<void>;
    }
  | { kind: "failed"; failure: Failure };

/** Makes one recording of everything there is, and stores its outputs. */
export async function finishAttempt(
  services: FinishServices,
  attempt: FinishAttempt,
  material: Material,
): Promise<FinishedAttempt> {
  const { earlier, capture } = material;
  const own = await capture?.stretch();
  const stretches = [...earlier.stretches, ...(own ? [own] : [])];
  const last = stretches.at(-1);
  if (!last) return { kind: "failed", failure: nothingStored() };
  const endReason = material.endReason ?? knownEndReason(attempt.instance);
  const told = { recordingEndedAt: last.untilAt, endReason };
  enter(services, attempt, "converting", told);
  const finished = await finishRecording(services, {
    ...attempt,
    converted: await capture?.converted(attempt.signal),
    files: async () => [
      ...earlier.files.map(({ path }) => path),
      ...((await capture?.files(attempt.signal)) ?? []),
    ],
    recordedSeconds: stretches.reduce((sum, { seconds }) => sum + seconds, 0),
    onConverted: (fractionConverted) => attempt.lease.note({ progress: { fractionConverted } }),
    onUploading: () => enter(services, attempt, "uploading"),
  });
  if (finished.kind === "failed") return finished;
  const { outputs, outputFailures, recordedSeconds } = finished;
  const gaps = gapsBetween(stretches, attempt.instance.phaseAt.recording);
  const partial = gaps.length > 0 || isPartial(finished, material);
  services.logs.recordingEnded(recordedSeconds, partial);
  const cleanUp = async () => {
    const removals = [removeParts(services, attempt), removeBotFiles(services, attempt.instance)];
    await Promise.all(removals);
  };
  const end = { endedAt: last.untilAt, endReason };
  return { kind: "done", outputs, outputFailures, partial, gaps, end, cleanUp };
}

/** What was told before of a recording whose end this manager has not seen. */
function knownEndReason({ endReason, cancelRequestedAt }: BotInstance): EndReason {
  return endReason ?? (cancelRequestedAt === undefined ? "bot-lost" : "cancelled");
}

function nothingStored(): Failure {
  return failure("NO_RECORDING", "recording", "No stored part of the recording was found.");
}

/** Whether something is missing, of the recording or of what was asked for. */
function isPartial(
  { truncated, outputFailures }: Finished,
  { earlier, capture, missing }: Material,
): boolean {
  const isUnbroken = capture !== undefined && !capture.hasHoles && !earlier.hasHoles && !truncated;
  return !isUnbroken || missing !== undefined || outputFailures.length > 0;
}

/** The bucket's lifecycle rule takes what is left after so long. */
const CLEAN_UP_MS = MINUTE;

async function removeParts(
  { recordings, logs }: FinishServices,
  { instance, path }: FinishAttempt,
): Promise<void> {
  const signal = AbortSignal.timeout(CLEAN_UP_MS);
  const removed = removeAllParts(recordings, path, { instance: instance.id }, signal);
  const caught = removed.catch((error: Error) => [error]);
  const errors = await Promise.race([caught, aborted(signal).then(() => [signal.reason])]);
  for (const error of errors) logs.partLeft(error);
}

/** Tells a phase without waiting for it to be written: the work goes on while Firestore is away. */
function enter(
  { logs }: FinishServices,
  { lease }: FinishAttempt,
  phase: Phase,
  change: Pick<Change, "recordingEndedAt" | "endReason"> = {},
): void {
  logs.phaseEntered(phase);
  void lease.tell({ phase, ...change });
}
