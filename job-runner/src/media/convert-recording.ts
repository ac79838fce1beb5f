import { access, constants, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  type ConversionOptions,
  DEFAULT_CONVERSION_OPTIONS,
  type OutputKind,
} from "./conversion-plan.ts";
import { convertPieces, OUTPUT_NAMES, type Workshop } from "./convert-pieces.ts";
import type { FfmpegBinaries } from "./ffmpeg-binaries.ts";
import { type JointPlan, planJointly } from "./piece-plan.ts";
import { inspectRecording, type Piece, type Refusal } from "./recording-pieces.ts";
import type { Verdict } from "./verify-output.ts";

/** A recording to be converted. */
export interface ConversionRequest {
  readonly recording: string;
  /** A folder for the outputs; made when missing. */
  readonly workDir: string;
  readonly options?: Partial<ConversionOptions>;
  readonly binaries: FfmpegBinaries;
  /** Called with 0…1, never with less than before. */
  readonly onProgress?: (fraction: number) => void;
  /** Stops everything: the promise rejects with its reason once no process is left; files are. */
  readonly signal?: AbortSignal;
}

/** A verified file. */
export interface ConvertedOutput {
  readonly kind: OutputKind;
  readonly path: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly durationSeconds: number;
  readonly codec: string;
  readonly width?: number;
  readonly height?: number;
}

/** An output that the recording has the material for, and that could not be made. */
export interface ConversionFailure {
  readonly kind: OutputKind;
  readonly code: "CONVERSION_FAILED";
  readonly message: string;
}

/** What became of a recording; at least one output. */
export interface ConvertedRecording {
  readonly ok: true;
  readonly outputs: readonly ConvertedOutput[];
  readonly failures: readonly ConversionFailure[];
  /** Outputs that the recording has nothing for: no picture, or no sound. */
  readonly absent: readonly OutputKind[];
  /** The recording's length up to its last time stamp. */
  readonly recordedSeconds: number;
  /** A part is missing: a stream was cut off in the middle of an element, or cannot be read. */
  readonly truncated: boolean;
  /** How many streams, each with something in it, the bot appended to each other in the file. */
  readonly streams: number;
}

const CONTENT_TYPES: Record<OutputKind, string> = { video: "video/mp4", audio: "audio/mp4" };
const KINDS: readonly OutputKind[] = ["video", "audio"];

/**
 * Converts a finished recording into `video.mp4` (H.264, copied where that is safe) and
 * `audio.m4a`, and verifies both. Refuses what holds nothing, and what nothing could be made of.
 */
export async function convertRecording(
  request: ConversionRequest,
): Promise<ConvertedRecording | Refusal> {
  const { binaries, workDir, signal } = request;
  const recording = resolve(request.recording);
  const inspection = await inspectRecording(recording, binaries.ffprobe, signal);
  if (!inspection.ok) return inspection;
  if (!(await isWritableFolder(workDir))) {
    return fail("The scratch folder cannot be written.");
  }
  const { pieces, truncated } = inspection;
  const recordedSeconds = pieces.reduce((sum, { seconds }) => sum + seconds, 0);
  const options = { ...DEFAULT_CONVERSION_OPTIONS, ...request.options };
  const onProgress = toFraction(request.onProgress, recordedSeconds);
  const shop = { recording, workDir, options, binaries, onProgress, signal };
  const plan = planJointly(pieces, options);
  const verdicts = await convertWithFallback(shop, pieces, plan);
  const { outputs, failures } = sortVerdicts(verdicts, workDir);
  if (outputs.length === 0) return fail(failures.map(({ message }) => message).join("; "));
  request.onProgress?.(1);
  const absent = KINDS.filter((kind) => !plan.outputs.includes(kind));
  return {
    ok: true,
    outputs,
    failures,
    absent,
    recordedSeconds,
    truncated,
    streams: pieces.length,
  };
}

/**
 * Makes all outputs in one go, then again, alone and encoded, each one that failed: a copy may
 * have turned out unsafe, and ffmpeg before version 5 ends both outputs when one fails.
 */
async function convertWithFallback(
  shop: Workshop,
  pieces: readonly Piece[],
  plan: JointPlan,
): Promise<Map<OutputKind, Verdict>> {
  const verdicts = await convertPieces(shop, pieces, plan);
  for (const [kind, verdict] of verdicts) {
    if (verdict.ok || (plan.outputs.length === 1 && plan.mode === "encode")) continue;
    const alone: JointPlan = { ...plan, outputs: [kind], mode: "encode" };
    for (const [, second] of await convertPieces(shop, pieces, alone)) verdicts.set(kind, second);
  }
  return verdicts;
}

function sortVerdicts(verdicts: ReadonlyMap<OutputKind, Verdict>, workDir: string) {
  const outputs: ConvertedOutput[] = [];
  const failures: ConversionFailure[] = [];
  for (const [kind, verdict] of verdicts) {
    if (verdict.ok) outputs.push(describeOutput(kind, verdict, workDir));
    else failures.push({ kind, code: "CONVERSION_FAILED", message: `${kind}: ${verdict.message}` });
  }
  return { outputs, failures };
}

function describeOutput(
  kind: OutputKind,
  { bytes, info }: Verdict & { ok: true },
  workDir: string,
): ConvertedOutput {
  const { video, audio, durationSeconds = 0 } = info;
  return {
    kind,
    path: join(workDir, OUTPUT_NAMES[kind]),
    contentType: CONTENT_TYPES[kind],
    bytes,
    durationSeconds,
    codec: (video ?? audio)?.codec ?? "",
    ...(video && { width: video.width, height: video.height }),
  };
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
