import { rename } from "node:fs/promises";
import { join } from "node:path";
import { MUXERS, type OutputKind, type PiecePlan } from "./conversion-plan.ts";
import { joinFiles } from "./join-files.ts";
import type { PieceContent } from "./piece-content.ts";
import { type JointPlan, joinedEnds } from "./piece-plan.ts";
import { type Verdict, verifyOutput } from "./verify-output.ts";
import { OUTPUT_NAMES, removeFiles, type Workshop } from "./workshop.ts";

/** A piece whose outputs have been written under these names. */
export interface MadePiece {
  readonly content: PieceContent;
  readonly names: PiecePlan["outputs"];
  /** The hashes of the H.264 parameters that were copied. */
  readonly parameters: readonly string[];
}

/**
 * Makes one file per output of the plan out of those of the pieces, which are gone afterwards, and
 * checks each by what it contains. An output that will not do is removed.
 */
export async function assemblePieces(
  shop: Workshop,
  made: readonly MadePiece[],
  plan: JointPlan,
): Promise<Map<OutputKind, Verdict>> {
  const verdicts = plan.outputs.map(async (kind): Promise<[OutputKind, Verdict]> => {
    const problem = await joinPieces(shop, kind, made);
    const verdict = await judge(shop, kind, made, plan);
    if (!verdict.ok) await removeFiles(shop, [OUTPUT_NAMES[kind]]);
    return [kind, explain(verdict, problem)];
  });
  return new Map(await Promise.all(verdicts));
}

/** Adds to a verdict what is known to have gone wrong before. */
export function explain(verdict: Verdict, problem: string | undefined): Verdict {
  if (verdict.ok || problem === undefined) return verdict;
  return { ok: false, message: `${verdict.message} (${problem})` };
}

/** Joins the pieces of one output; says what went wrong, if anything. */
async function joinPieces(
  shop: Workshop,
  kind: OutputKind,
  made: readonly MadePiece[],
): Promise<string | undefined> {
  const names = made.flatMap((piece) => piece.names[kind] ?? []);
  const name = OUTPUT_NAMES[kind];
  const [single] = names;
  try {
    if (names.length !== 1 || single === undefined) {
      return await joinFiles(shop, { names, name, muxer: MUXERS[kind] });
    }
    // A single piece becomes the output at once: no second copy on the disk.
    await rename(join(shop.workDir, single), join(shop.workDir, name));
    return undefined;
  } catch (error) {
    shop.signal?.throwIfAborted();
    return `the pieces cannot be joined: ${(error as NodeJS.ErrnoException).code}`;
  }
}

async function judge(
  { binaries, workDir, signal }: Workshop,
  kind: OutputKind,
  made: readonly MadePiece[],
  { mode, hasAudio }: JointPlan,
): Promise<Verdict> {
  const parameters = new Set(made.flatMap((piece) => piece.parameters));
  if (kind === "video" && mode === "copy" && parameters.size !== 1) {
    return { ok: false, message: "the parameters of the H.264 video change on the way" };
  }
  const expected = { kind, hasAudio, ends: joinedEnds(made.map(({ content }) => content)) };
  return verifyOutput(binaries.ffprobe, join(workDir, OUTPUT_NAMES[kind]), expected, signal);
}
