import type { ConversionOptions, PiecePlan } from "./conversion-plan.ts";
import { createLagWatch } from "./lag-watch.ts";
import { hasMoreTracks, lookAtStream, type MeasuredBytes } from "./live-bytes.ts";
import { LiveFeed } from "./live-feed.ts";
import type { PieceContent } from "./piece-content.ts";
import { type PieceReport, runPiece } from "./run-piece.ts";
import type { Workshop } from "./workshop.ts";

/** What a live conversion works with. */
export interface LiveShop extends Workshop {
  readonly bytes: MeasuredBytes;
  readonly signal: AbortSignal;
}

/** A stream to be converted while it grows. */
export interface LiveRun {
  readonly startByte: number;
  /** What was known of the stream when the run was planned. */
  readonly content: PieceContent;
  readonly plan: PiecePlan;
  /** Called with the seconds of the stream that are converted. */
  readonly onProgress: (seconds: number) => void;
}

/** Why a run was ended early: a track came that it did not count on, or it fell behind. */
export type RestartReason = "late-track" | "lagging";

/** The preset that makes up for lag: SSIM 0.9975 against 0.9979 of `medium`, at twice its speed. */
export const FAST_PRESET = "veryfast";
const FAST_PRESETS = new Set(["ultrafast", "superfast", FAST_PRESET]);

/** Runs ffmpeg on a stream up to the stream's end, or until it had better start again. */
export async function runLive(
  shop: LiveShop,
  run: LiveRun,
): Promise<PieceReport | { readonly restart: RestartReason }> {
  const restart = new AbortController();
  const findReason = watchRun(shop, run);
  const signal = AbortSignal.any([shop.signal, restart.signal]);
  const feed = new LiveFeed(shop.bytes, run.startByte);
  try {
    return await runPiece({ ...shop, signal }, feed, run.plan, (seconds) => {
      run.onProgress(seconds);
      const reason = findReason(seconds);
      if (reason) restart.abort(reason);
    });
  } catch (error) {
    shop.signal.throwIfAborted();
    if (restart.signal.aborted) return { restart: restart.signal.reason };
    throw error;
  }
}

/** Judges a run by the seconds that it has converted, against what has been recorded. */
function watchRun({ bytes, options }: LiveShop, { startByte, content, plan }: LiveRun) {
  const isLagging = createLagWatch(performance.now());
  const mayLag = plan.video?.mode !== "encode" || isFast(options);
  return (seconds: number): RestartReason | undefined => {
    const stream = lookAtStream(bytes, startByte)?.layout;
    if (!stream) return undefined;
    if (hasMoreTracks(stream, content)) return "late-track";
    const { firstMs = 0, lastMs = 0 } = stream;
    const lagSeconds = (lastMs - firstMs) / 1000 - seconds;
    return isLagging({ atMs: performance.now(), lagSeconds }) && !mayLag ? "lagging" : undefined;
  };
}

/** Nothing would be won by starting again. */
function isFast({ preset }: ConversionOptions): boolean {
  return FAST_PRESETS.has(preset);
}
