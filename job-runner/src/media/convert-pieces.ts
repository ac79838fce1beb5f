import { assemblePieces, explain, type MadePiece } from "./assemble-pieces.ts";
import type { OutputKind, PiecePlan } from "./conversion-plan.ts";
import { type JointPlan, planPiece } from "./piece-plan.ts";
import { openPiece, type Piece } from "./recording-pieces.ts";
import { runPiece } from "./run-piece.ts";
import type { Verdict } from "./verify-output.ts";
import { OUTPUT_NAMES, removeFiles, type Workshop } from "./workshop.ts";

/**
 * Converts pieces into one file per output of the plan and checks each by what it contains.
 * An output that will not do is removed; it does not take the others with it. `onProgress` gets
 * the seconds that have been converted.
 */
export async function convertPieces(
  shop: Workshop,
  pieces: readonly Piece[],
  plan: JointPlan,
  onProgress: (seconds: number) => void,
): Promise<Map<OutputKind, Verdict>> {
  // What an earlier attempt left must not be taken for this one's.
  await removeFiles(
    shop,
    plan.outputs.map((kind) => OUTPUT_NAMES[kind]),
  );
  const { made, problem } = await makePieces(shop, pieces, plan, onProgress);
  const verdicts = await assemblePieces(shop, made, plan);
  return new Map([...verdicts].map(([kind, verdict]) => [kind, explain(verdict, problem)]));
}

/** The names of a piece's outputs, which are joined later. */
export function pieceNames(outputs: readonly OutputKind[], index: number): PiecePlan["outputs"] {
  return Object.fromEntries(outputs.map((kind) => [kind, `${index + 1}-${OUTPUT_NAMES[kind]}`]));
}

/** Stops at the first piece that fails; all are listed, so that what is missing is noticed. */
async function makePieces(
  shop: Workshop,
  pieces: readonly Piece[],
  plan: JointPlan,
  onProgress: (seconds: number) => void,
): Promise<{ made: MadePiece[]; problem?: string }> {
  const made: MadePiece[] = [];
  let problem: string | undefined;
  let doneSeconds = 0;
  for (const [index, content] of pieces.entries()) {
    const names = pieceNames(plan.outputs, index);
    const before = doneSeconds;
    const run = { ...planPiece(content, plan, index < pieces.length - 1), outputs: names };
    const report = problem
      ? { parameters: [] }
      : await runPiece(shop, openPiece(content), run, (seconds) => onProgress(before + seconds));
    problem ??= report.problem;
    made.push({ content, names, parameters: report.parameters });
    doneSeconds += content.seconds;
  }
  return { made, problem };
}
