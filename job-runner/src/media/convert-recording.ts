import { access, constants, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type ConversionOptions,
  DEFAULT_CONVERSION_OPTIONS,
  type OutputKind,
} from "./conversion-plan.ts";
import { convertPieces } from "./convert-pieces.ts";
import { type ConvertedRecording, describeConversion } from "./converted-recording.ts";
import type { FfmpegBinaries } from "./ffmpeg-binaries.ts";
import { totalSeconds } from "./piece-content.ts";
import { type JointPlan, planJointly } from "./piece-plan.ts";
import { inspectRecordings, type Piece, type Refusal } from "./recording-pieces.ts";
import type { Verdict } from "./verify-output.ts";
import type { Workshop } from "./workshop.ts";

/** A recording to be converted. */
export interface ConversionRequest {
  /** Its files in order: what earlier attempts saved, then this one's. */
  readonly recordings: readonly string[];
  /** A folder for the outputs; made when missing. */
  readonly workDir: string;
  readonly options?: Partial<ConversionOptions>;
  readonly binaries: FfmpegBinaries;
  /** Called with 0…1, never with less than before. */
  readonly onProgress?: (fraction: number) => void;
  /** Stops everything: the promise rejects with its reason once no process is left; files are. */
  readonly signal?: AbortSignal;
}

/**
 * Converts a finished recording into `video.mp4` (H.264, copied where that is safe) and
 * `audio.m4a`, as far as they are wanted, and verifies them. Refuses what holds nothing, and what
 * nothing could be made of.
 */
export async function convertRecording(
  request: ConversionRequest,
): Promise<ConvertedRecording | Refusal> {
  const { binaries, workDir, signal } = request;
  const recordings = request.recordings.map((path) => resolve(path));
  const inspection = await inspectRecordings(recordings, binaries.ffprobe, signal);
  if (!inspection.ok) return inspection;
  if (!(await isWritableFolder(workDir))) return fail("The scratch folder cannot be written.");
  const { pieces } = inspection;
  const options = { ...DEFAULT_CONVERSION_OPTIONS, ...request.options };
  const plan = planJointly(pieces, options);
  const shop = { workDir, options, binaries, signal };
  const onProgress = toFraction(request.onProgress, totalSeconds(pieces));
  const isNeeded = plan.outputs.length > 0;
  const verdicts = isNeeded
    ? await convertWithFallback(shop, pieces, plan, onProgress)
    : new Map<OutputKind, Verdict>();
  const converted = describeConversion(workDir, inspection, plan, verdicts);
  if (isNeeded && converted.outputs.length === 0) {
    return fail(converted.failures.map(({ message }) => message).join("; "));
  }
  request.onProgress?.(1);
  return converted;
}

/**
 * Makes all outputs in one go, then again, alone and encoded, each one that failed: a copy may
 * have turned out unsafe, and ffmpeg before version 5 ends both outputs when one fails.
 */
async function convertWithFallback(
  shop: Workshop,
  pieces: readonly Piece[],
  plan: JointPlan,
  onProgress: (seconds: number) => void,
): Promise<Map<OutputKind, Verdict>> {
  const verdicts = await convertPieces(shop, pieces, plan, onProgress);
  for (const [kind, verdict] of verdicts) {
    if (verdict.ok || (plan.outputs.length === 1 && plan.mode === "encode")) continue;
    const alone: JointPlan = { ...plan, outputs: [kind], mode: "encode" };
    const second = await convertPieces(shop, pieces, alone, onProgress);
    verdicts.set(kind, second.get(kind) ?? verdict);
  }
  return verdicts;
}

function toFraction(report: ConversionRequest["onProgress"], totalSeconds: number) {
  let highest = 0;
  return (seconds: number): void => {
    highest = Math.max(highest, Math.min(1, totalSeconds > 0 ? seconds / totalSeconds : 0));
    report?.(highest);
  };
}

async function isWritableFolder(path: string): Promise<boolean> {
  return mkdir(path, { recursive: true })
    .then(() => access(path, constants.W_OK))
    .then(
      () => true,
      () => false,
    );
}

function fail(message: string): Refusal {
  return { ok: false, code: "CONVERSION_FAILED", message };
}
