import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ConversionOptions,
  conversionArguments,
  INPUT_OPTIONS,
  JOIN_INPUT_OPTIONS,
  joinArguments,
  type OutputKind,
  PARAMETER_LOG,
  type PiecePlan,
  readParameterHashes,
} from "./conversion-plan.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import type { FfmpegBinaries } from "./ffmpeg-binaries.ts";
import { type JointPlan, joinedEnds, planPiece } from "./piece-plan.ts";
import { openPiece, type Piece } from "./recording-pieces.ts";
import { type Verdict, verifyOutput } from "./verify-output.ts";

/** The names of the outputs in the working directory. */
export const OUTPUT_NAMES: Record<OutputKind, string> = {
  video: "video.mp4",
  audio: "audio.m4a",
};

/** What a conversion works with. */
export interface Workshop {
  readonly recording: string;
  readonly workDir: string;
  readonly options: ConversionOptions;
  readonly binaries: FfmpegBinaries;
  /** Called with the seconds of the recording that have been converted. */
  readonly onProgress: (seconds: number) => void;
  readonly signal?: AbortSignal;
}

type PieceNames = PiecePlan["outputs"];

/** How the runs of ffmpeg went, and the hashes of the H.264 parameters that were copied. */
interface RunReport {
  readonly problem?: string;
  readonly parameters: ReadonlySet<string>;
}

/**
 * Converts pieces into one file per output of the plan and checks each by what it contains.
 * An output that will not do is removed; it does not take the others with it.
 */
export async function convertPieces(
  shop: Workshop,
  pieces: readonly Piece[],
  plan: JointPlan,
): Promise<Map<OutputKind, Verdict>> {
  const finals = plan.outputs.map((kind) => OUTPUT_NAMES[kind]);
  // What an earlier attempt left must not be taken for this one's.
  await removeFiles(shop, finals);
  const names = pieces.map((_, index) => nameOutputs(plan.outputs, pieces.length, index));
  const report = await runPieces(shop, pieces, plan, names);
  const verdicts = new Map<OutputKind, Verdict>();
  for (const kind of plan.outputs) {
    const problem = await joinPieces(shop, kind, names);
    const verdict = await judge(shop, kind, pieces, plan, report.parameters);
    verdicts.set(kind, explain(verdict, report.problem ?? problem));
    if (!verdict.ok) await removeFiles(shop, [OUTPUT_NAMES[kind]]);
  }
  return verdicts;
}

/** A single piece is written under the final names at once: no second copy on the disk. */
function nameOutputs(outputs: readonly OutputKind[], count: number, index: number): PieceNames {
  const prefix = count === 1 ? "" : `${index + 1}-`;
  return Object.fromEntries(outputs.map((kind) => [kind, prefix + OUTPUT_NAMES[kind]]));
}

async function runPieces(
  shop: Workshop,
  pieces: readonly Piece[],
  plan: JointPlan,
  names: readonly PieceNames[],
): Promise<RunReport> {
  const parameters = new Set<string>();
  let doneSeconds = 0;
  for (const [index, piece] of pieces.entries()) {
    const before = doneSeconds;
    const { options, binaries, onProgress } = shop;
    const piecePlan = { ...planPiece(piece, plan, pieces.length), outputs: names[index] ?? {} };
    const outcome = await runFfmpeg({
      ...inWorkshop(shop),
      input: openPiece(shop.recording, piece),
      inputOptions: INPUT_OPTIONS,
      outputArguments: conversionArguments(piecePlan, options, binaries.frameTimingOption),
      onProgress: (seconds) => onProgress(before + seconds),
    });
    for (const hash of await takeParameters(shop)) parameters.add(hash);
    if (!outcome.ok) return { problem: outcome.message, parameters };
    doneSeconds += piece.seconds;
  }
  return { parameters };
}

async function takeParameters({ workDir }: Workshop): Promise<string[]> {
  const path = join(workDir, PARAMETER_LOG);
  const log = await readFile(path, "utf8").catch(() => "");
  await rm(path, { force: true });
  return readParameterHashes(log);
}

/** Joins the pieces of one output; says what went wrong, if anything. */
async function joinPieces(
  shop: Workshop,
  kind: OutputKind,
  names: readonly PieceNames[],
): Promise<string | undefined> {
  if (names.length === 1) return undefined;
  const pieces = names.flatMap((name) => name[kind] ?? []);
  const list = `${kind}.list`;
  try {
    await writeFile(
      join(shop.workDir, list),
      pieces.map((name) => `file '${name}'\n`),
    );
  } catch (error) {
    return `the list of pieces cannot be written: ${(error as NodeJS.ErrnoException).code}`;
  }
  const outcome = await runFfmpeg({
    ...inWorkshop(shop),
    input: list,
    inputOptions: JOIN_INPUT_OPTIONS,
    outputArguments: joinArguments(kind, OUTPUT_NAMES[kind]),
  });
  await removeFiles(shop, [list, ...pieces]);
  return outcome.ok ? undefined : outcome.message;
}

async function judge(
  { binaries, workDir, signal }: Workshop,
  kind: OutputKind,
  pieces: readonly Piece[],
  { mode, hasAudio }: JointPlan,
  parameters: ReadonlySet<string>,
): Promise<Verdict> {
  if (kind === "video" && mode === "copy" && parameters.size !== 1) {
    return { ok: false, message: "the parameters of the H.264 video change on the way" };
  }
  const expected = { kind, hasAudio, ends: joinedEnds(pieces) };
  return verifyOutput(binaries.ffprobe, join(workDir, OUTPUT_NAMES[kind]), expected, signal);
}

function explain(verdict: Verdict, problem: string | undefined): Verdict {
  if (verdict.ok || problem === undefined) return verdict;
  return { ok: false, message: `${verdict.message} (${problem})` };
}

function inWorkshop({ binaries, workDir, signal }: Workshop) {
  return { ffmpeg: binaries.ffmpeg, workDir, signal };
}

async function removeFiles({ workDir }: Workshop, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(workDir, name), { force: true });
}
