import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { JOIN_INPUT_OPTIONS, joinArguments } from "./conversion-plan.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { removeFiles, type Workshop } from "./workshop.ts";

/** Files of the working directory that were made by the same command, and what they become. */
export interface Join {
  readonly names: readonly string[];
  /** The output's name. */
  readonly name: string;
  /** What ffmpeg is told about the output. */
  readonly muxer: readonly string[];
}

/** Joins files, which are gone afterwards; says what went wrong, if anything. */
export async function joinFiles(
  shop: Workshop,
  { names, name, muxer }: Join,
): Promise<string | undefined> {
  const list = `${name}.list`;
  await writeFile(
    join(shop.workDir, list),
    names.map((file) => `file '${file}'\n`),
  );
  const outcome = await runFfmpeg({
    ffmpeg: shop.binaries.ffmpeg,
    workDir: shop.workDir,
    input: list,
    inputOptions: JOIN_INPUT_OPTIONS,
    outputArguments: joinArguments(muxer, name),
    signal: shop.signal,
  });
  await removeFiles(shop, [list, ...names]);
  return outcome.ok ? undefined : outcome.message;
}
