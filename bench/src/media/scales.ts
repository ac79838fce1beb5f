import type { Codec } from "./sources.ts";
import type { SpeedTask } from "./speed.ts";

/** How much is measured. */
export interface Scale {
  /** Copied beside the meeting, in several lengths. */
  live: readonly SpeedTask[];
  /** Encoded beside the meeting; of the first one the quality is compared. */
  encoded: readonly SpeedTask[];
  /** H.264 after the meeting. */
  copy: SpeedTask;
  sync: { seconds: number; speed: number };
  hole: { from: number; to: number };
  memory: { mebibytes: number; seconds: number; speed: number };
  uploads: { seconds: number; speed: number };
  kills: { count: number; atOnce: number; seconds: number };
}

/** Faster than this a backlog is measured, no lag. */
const FEED_SPEED = 3;
/** What is converted afterwards may be fed at any speed. */
const QUICK_FEED_SPEED = 20;

/** What the requirements ask for: an hour and more on two cores. */
export const FULL: Scale = {
  live: [1, 5, 20].map((minutes) => ({ ...live("h264", minutes), speed: FEED_SPEED })),
  encoded: [live("vp9", 1), { ...live("vp9", 5), baseline: true }],
  copy: after(5, 3),
  sync: { seconds: 60, speed: FEED_SPEED },
  hole: { from: 20, to: 23 },
  memory: { mebibytes: 4096, seconds: 360, speed: FEED_SPEED },
  uploads: { seconds: 300, speed: QUICK_FEED_SPEED },
  kills: { count: 20, atOnce: 2, seconds: 40 },
};

/** The same in small: whether everything is right, and what the figures are called. */
export const QUICK: Scale = {
  live: [0.05, 0.1].map((minutes) => ({ ...live("h264", minutes, 1), speed: FEED_SPEED })),
  encoded: [{ ...live("vp9", 0.1, 1), baseline: true }],
  copy: after(0.1, 1),
  sync: { seconds: 12, speed: FEED_SPEED },
  hole: { from: 4, to: 7 },
  memory: { mebibytes: 300, seconds: 20, speed: 5 },
  uploads: { seconds: 30, speed: QUICK_FEED_SPEED },
  kills: { count: 2, atOnce: 2, seconds: 8 },
};

/** In real time: what two cores encode little faster than that would be a backlog else. */
function live(codec: Codec, minutes: number, repeats = 3): SpeedTask {
  return { codec, minutes, conversion: "live", speed: 1, repeats, baseline: false };
}

function after(minutes: number, repeats: number): SpeedTask {
  const speed = QUICK_FEED_SPEED;
  return { codec: "h264", minutes, conversion: "after", speed, repeats, baseline: true };
}
