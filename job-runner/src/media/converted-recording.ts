import { join } from "node:path";
import type { OutputKind } from "./conversion-plan.ts";
import { type PieceContent, totalSeconds } from "./piece-content.ts";
import type { JointPlan } from "./piece-plan.ts";
import type { Verdict } from "./verify-output.ts";
import { OUTPUT_NAMES } from "./workshop.ts";

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

/** What became of a recording; at least one output, unless there was nothing to make. */
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
  /** How many streams, each with something in it, the bot appended to each other. */
  readonly streams: number;
}

/** What was converted. */
export interface Material {
  readonly pieces: readonly PieceContent[];
  readonly truncated: boolean;
}

const CONTENT_TYPES: Record<OutputKind, string> = { video: "video/mp4", audio: "audio/mp4" };

/** Describes what has been made of what was found. */
export function describeConversion(
  workDir: string,
  { pieces, truncated }: Material,
  plan: JointPlan,
  verdicts: ReadonlyMap<OutputKind, Verdict>,
): ConvertedRecording {
  return {
    ok: true,
    ...sortVerdicts(verdicts, workDir),
    absent: plan.absent,
    recordedSeconds: totalSeconds(pieces),
    truncated,
    streams: pieces.length,
  };
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
