import { resolve } from "node:path";
import type { ConvertedOutput } from "./converted-recording.ts";
import { THUMBNAIL_ARGUMENTS, thumbnailInputOptions } from "./derive-plan.ts";
import { verifyPicture } from "./derive-verify.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import type { Verdict } from "./verify-output.ts";
import type { Workshop } from "./workshop.ts";

/** Makes a still picture of a finished video, and checks it by what it contains. */
export async function makeThumbnail(
  shop: Workshop,
  video: Pick<ConvertedOutput, "path" | "durationSeconds">,
): Promise<Verdict> {
  const { binaries, workDir, signal } = shop;
  const outcome = await runFfmpeg({
    ffmpeg: binaries.ffmpeg,
    input: resolve(video.path),
    inputOptions: thumbnailInputOptions(video.durationSeconds),
    outputArguments: THUMBNAIL_ARGUMENTS,
    workDir,
    signal,
  });
  const verdict = await verifyPicture(shop);
  if (verdict.ok || outcome.ok) return verdict;
  return { ok: false, message: `${verdict.message} (${outcome.message})` };
}
