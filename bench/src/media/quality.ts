import { join } from "node:path";
import { makeSource } from "./sources.ts";
import type { SpeedResult } from "./speed.ts";
import type { MediaFacts } from "./tools.ts";
import type { MediaWorld } from "./world.ts";

/** How a stored video compares with what was recorded, and with the baseline's. */
export interface QualityFigures {
  ssim: number;
  baselineSsim: number;
  /** How much ours is less similar to the source; below 0 when it is more. */
  ssimDifference: number;
  frames: { source: number; stored: number };
  sameSize: boolean;
  /** From the end of the last packet that was fed to the end of the video. */
  durationErrorMs: number;
}

/** Compares what was stored with what was recorded, frame by frame. */
export async function measureQuality(
  { tools, folder }: MediaWorld,
  { figures: { codec, minutes }, ended }: SpeedResult,
): Promise<QualityFigures> {
  const source = await makeSource(folder, codec, minutes * 60);
  const { path } = ended.video.object;
  const [fed, stored] = [await tools.facts(source), await tools.facts(path)];
  const range = stored.colorRange === "tv" ? "tv" : "full";
  const ssim = await tools.ssim(path, source, range);
  const reference = join(folder, "reference.mp4");
  await tools.encodeAsBaseline(source, reference);
  // It keeps the values of the source, and says nothing of their range.
  const baselineSsim = await tools.ssim(reference, source, "full");
  return {
    ssim,
    baselineSsim,
    ssimDifference: baselineSsim - ssim,
    frames: { source: fed.frames, stored: stored.frames },
    sameSize: isSameSize(fed, stored),
    durationErrorMs: Math.round((stored.durationSeconds - fed.endSeconds) * 1000),
  };
}

function isSameSize(a: MediaFacts, b: MediaFacts): boolean {
  return a.width === b.width && a.height === b.height;
}
