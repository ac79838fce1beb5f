import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import {
  conversionArguments,
  INPUT_OPTIONS,
  PARAMETER_LOG,
  type PiecePlan,
  readParameterHashes,
} from "./conversion-plan.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import type { Workshop } from "./workshop.ts";

/** How a run of ffmpeg went, and the hashes of the H.264 parameters that were copied. */
export interface PieceReport {
  readonly problem?: string;
  readonly parameters: readonly string[];
}

/** Makes all outputs of one piece; `onProgress` gets the seconds of it that are converted. */
export async function runPiece(
  { workDir, options, binaries, niceness, signal }: Workshop,
  input: Readable | string,
  plan: PiecePlan,
  onProgress: (seconds: number) => void,
): Promise<PieceReport> {
  const log = join(workDir, PARAMETER_LOG);
  const outcome = await runFfmpeg({
    ffmpeg: binaries.ffmpeg,
    workDir,
    input,
    inputOptions: INPUT_OPTIONS,
    outputArguments: conversionArguments(plan, options, binaries.frameTimingOption),
    niceness,
    onProgress,
    signal,
  });
  const parameters = readParameterHashes(await readFile(log, "utf8").catch(() => ""));
  await rm(log, { force: true });
  return outcome.ok ? { parameters } : { problem: outcome.message, parameters };
}
