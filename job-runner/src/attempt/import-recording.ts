import { join } from "node:path";
import type { Failure, ImportSource, Phase } from "@meeting-bot/core";
import type { FinishAttempt, FinishedAttempt } from "./finish-attempt.ts";
import { type FinishServices, finishRecording } from "./finish-recording.ts";
import { type FetchServices, fetchSource } from "./import-fetch.ts";
import { inspectImported } from "./import-inspection.ts";

/** What importing needs. */
export type ImportServices = FinishServices & FetchServices;

/**
 * Fetches a finished recording, and makes and stores of it what is made of one of our own. No bot is
 * asked for anything, and the source is left where it is.
 */
export async function importRecording(
  services: ImportServices,
  attempt: FinishAttempt,
  source: ImportSource,
): Promise<FinishedAttempt> {
  const { binaries, signal } = attempt;
  const file = join(services.config.workDir, "imported");
  const unfetched = await fetchSource(services, source.uri, file, signal);
  if (unfetched) return { kind: "failed", failure: unfetched };
  const inspected = await inspectImported(file, binaries.ffprobe, signal);
  if (!inspected.ok) return { kind: "failed", failure: inspected.failure };
  enter(services, attempt, "converting");
  const finished = await finishRecording(services, {
    ...attempt,
    converted: undefined,
    files: async () => [file],
    recordedSeconds: source.durationSeconds ?? inspected.durationSeconds,
    onConverted: (fractionConverted) => attempt.lease.note({ progress: { fractionConverted } }),
    onUploading: () => enter(services, attempt, "uploading"),
  });
  if (finished.kind === "failed") return { kind: "failed", failure: asFinal(finished.failure) };
  const { outputs, outputFailures, truncated, recordedSeconds } = finished;
  const partial = truncated || outputFailures.length > 0;
  services.logs.recordingEnded(recordedSeconds, partial);
  return {
    kind: "done",
    outputs,
    outputFailures,
    partial,
    gaps: [],
    end: {},
    cleanUp: async () => {},
  };
}

/** What holds nothing now will hold nothing the next time. */
function asFinal(failure: Failure): Failure {
  return failure.code === "NO_RECORDING" ? { ...failure, retryable: false } : failure;
}

/** Tells a phase without waiting for it to be written: the work goes on while Firestore is away. */
function enter({ logs }: ImportServices, { lease }: FinishAttempt, phase: Phase): void {
  logs.phaseEntered(phase);
  void lease.tell({ phase });
}
