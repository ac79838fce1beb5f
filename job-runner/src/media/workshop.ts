import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ConversionOptions, OutputKind } from "./conversion-plan.ts";
import type { FfmpegBinaries } from "./ffmpeg-binaries.ts";

/** The names of the outputs in the working directory. */
export const OUTPUT_NAMES: Record<OutputKind, string> = {
  video: "video.mp4",
  audio: "audio.m4a",
};

/** What a conversion works with. */
export interface Workshop {
  /** The folder that every run of ffmpeg writes to; two conversions at a time need two. */
  readonly workDir: string;
  readonly options: ConversionOptions;
  readonly binaries: FfmpegBinaries;
  /** How much the runs of ffmpeg yield to other processes: 0 (not at all) up to 19. */
  readonly niceness?: number;
  readonly signal?: AbortSignal;
}

/** Removes files of the working directory, present or not. */
export async function removeFiles({ workDir }: Workshop, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => rm(join(workDir, name), { force: true })));
}
