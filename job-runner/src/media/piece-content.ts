import type { AudioInfo, MediaInfo, VideoInfo } from "./media-info.ts";
import { filledTrack, type StreamLayout } from "./recording-layout.ts";
import type { ExpectedEnds } from "./verify-output.ts";

/** What a piece of a recording holds; only tracks that have something in them count. */
export interface PieceContent {
  readonly video?: VideoInfo;
  readonly audio?: AudioInfo;
  /** How long it is, up to its last time stamp; 0: not known. */
  readonly seconds: number;
  /** Where its tracks end, counted from its first time stamp. */
  readonly ends: ExpectedEnds;
}

/** Combines what was measured in a stream with what ffprobe says about its tracks. */
export function contentOf(
  stream: StreamLayout,
  info: Pick<MediaInfo, "video" | "audio"> | undefined,
): PieceContent {
  const { firstMs = 0, lastMs = 0 } = stream;
  const video = filledTrack(stream, "video");
  const audio = filledTrack(stream, "audio");
  return {
    video: video && info?.video,
    audio: audio && info?.audio,
    seconds: (lastMs - firstMs) / 1000,
    ends: {
      videoSeconds: secondsAfter(firstMs, video?.lastMs),
      audioSeconds: secondsAfter(firstMs, audio?.lastMs),
    },
  };
}

/** Whether there is anything to convert. */
export function hasTrack({ video, audio }: Pick<PieceContent, "video" | "audio">): boolean {
  return video !== undefined || audio !== undefined;
}

/** How long pieces are together. */
export function totalSeconds(pieces: readonly PieceContent[]): number {
  return pieces.reduce((sum, { seconds }) => sum + seconds, 0);
}

function secondsAfter(firstMs: number, lastMs: number | undefined): number | undefined {
  return lastMs === undefined ? undefined : (lastMs - firstMs) / 1000;
}
