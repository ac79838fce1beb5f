import { type AudioPlan, INPUT_OPTIONS, soundArguments } from "./conversion-plan.ts";
import type { SoundType } from "./derive-plan.ts";
import { verifySound } from "./derive-verify.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { joinFiles } from "./join-files.ts";
import { joinedEnds, planJointly, planPiece } from "./piece-plan.ts";
import { openPiece, type Piece } from "./recording-pieces.ts";
import type { Verdict } from "./verify-output.ts";
import { removeFiles, type Workshop } from "./workshop.ts";

/** The pieces of a recording, at least one of which has sound, and what they are to become. */
export interface SoundTask {
  readonly pieces: readonly Piece[];
  readonly type: SoundType;
  readonly kbps: number;
}

/**
 * Makes one file of the sound of all pieces, in which each takes as long as in the conversion's outputs,
 * and checks it by what it contains.
 */
export async function makeSound(
  shop: Workshop,
  { pieces, type, kbps }: SoundTask,
): Promise<Verdict> {
  const plan = planJointly(pieces, { ...shop.options, outputs: ["audio"] });
  const channels = Math.max(...pieces.map(({ audio }) => audio?.channels ?? 1));
  // Silence and sound, or mono and stereo, are played at each other's speed when they are joined.
  const codec = ["-ac", String(Math.min(2, channels)), ...type.encoder(kbps)];
  const names: string[] = [];
  let problem: string | undefined;
  for (const [index, piece] of pieces.entries()) {
    const name = pieces.length === 1 ? type.name : `${index + 1}-${type.name}`;
    const { audio } = planPiece(piece, plan, index < pieces.length - 1);
    const output = [...codec, ...type.muxer, name];
    if (audio) problem ??= await encode(shop, piece, audio, output);
    names.push(name);
  }
  if (names.length > 1) {
    problem ??= await joinFiles(shop, { names, ...type });
    await removeFiles(shop, names);
  }
  const verdict = await verifySound(shop, type, joinedEnds(pieces).audioSeconds);
  if (verdict.ok || problem === undefined) return verdict;
  return { ok: false, message: `${verdict.message} (${problem})` };
}

/** Encodes the sound of one piece; says what went wrong, if anything. */
async function encode(
  { binaries, workDir, signal }: Workshop,
  piece: Piece,
  audio: AudioPlan,
  output: readonly string[],
): Promise<string | undefined> {
  const outcome = await runFfmpeg({
    ffmpeg: binaries.ffmpeg,
    input: openPiece(piece),
    inputOptions: INPUT_OPTIONS,
    outputArguments: [...soundArguments(audio), ...output],
    workDir,
    signal,
  });
  return outcome.ok ? undefined : outcome.message;
}
