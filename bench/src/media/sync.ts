import { join } from "node:path";
import { holdMeeting, untilStored } from "./meeting.ts";
import { makeClapTrack } from "./sources.ts";
import type { MediaTools } from "./tools.ts";
import type { MediaWorld } from "./world.ts";

/** How much later than its flash a beep is, in milliseconds; below 0 when it is earlier. */
export interface SyncFigures {
  atStartMs: number;
  atEndMs: number;
  /** The one that is furthest off. */
  worstMs: number;
  claps: number;
}

/** What is measured of every frame of video and every hundredth of a second of audio. */
const LEVELS = {
  video: {
    filter: "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-",
    threshold: 128,
  },
  audio: {
    filter:
      "asetnsamples=480,astats=metadata=1:reset=1,ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-",
    threshold: -30,
  },
};

/** Farther apart than half their period, a flash and a beep do not belong together. */
const MAX_APART_SECONDS = 0.5;

/** Records claps, with a hole in their audio if one is asked for, and measures them in the stored MP4. */
export async function measureSync(
  world: MediaWorld,
  task: { seconds: number; speed: number; hole?: { from: number; to: number } },
): Promise<SyncFigures> {
  const { seconds, speed, hole } = task;
  const recording = join(world.folder, `claps-${hole ? "with-hole" : "whole"}-${seconds}.webm`);
  await makeClapTrack(world.tools, recording, seconds, hole);
  const { instance } = await holdMeeting(world, { recording, seconds, speed });
  const { video } = await untilStored(world, instance);
  return findClaps(world.tools, video.object.path);
}

async function findClaps(tools: MediaTools, path: string): Promise<SyncFigures> {
  const flashes = await findOnsets(tools, path, "video");
  const beeps = await findOnsets(tools, path, "audio");
  const offsets = beeps.flatMap((beep) => {
    const offset = flashes
      .map((flash) => beep - flash)
      .reduce((best, next) => (Math.abs(next) < Math.abs(best) ? next : best), Infinity);
    return Math.abs(offset) < MAX_APART_SECONDS ? [Math.round(offset * 1000)] : [];
  });
  const worstMs = offsets.reduce(
    (worst, next) => (Math.abs(next) > Math.abs(worst) ? next : worst),
    0,
  );
  const { 0: atStartMs = Number.NaN } = offsets;
  return { atStartMs, atEndMs: offsets.at(-1) ?? Number.NaN, worstMs, claps: offsets.length };
}

/** When a clap begins, in seconds of the file's own clock; the one at the very start has no beginning. */
async function findOnsets(
  tools: MediaTools,
  path: string,
  kind: keyof typeof LEVELS,
): Promise<number[]> {
  const { filter, threshold } = LEVELS[kind];
  const map = kind === "video" ? ["-map", "0:v", "-vf"] : ["-map", "0:a", "-af"];
  const args = ["-v", "error", "-copyts", "-i", path, ...map, filter, "-f", "null", "-"];
  const { stdout } = await tools.run(args);
  const levels = stdout.toString().matchAll(/pts_time:(\S+)\s+\S+=(\S+)/g);
  const onsets: number[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (const [, time, level] of levels) {
    const now = level === "-inf" ? Number.NEGATIVE_INFINITY : Number(level);
    if (now > threshold && before <= threshold) onsets.push(Number(time));
    before = now;
  }
  return onsets;
}
