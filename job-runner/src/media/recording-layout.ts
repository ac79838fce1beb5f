/** What one track of one stream holds; times are those of its complete blocks, in milliseconds. */
export interface TrackLayout {
  readonly number: number;
  readonly kind: "video" | "audio" | "other";
  /** Matroska's name of the codec, such as `V_VP9` or `A_OPUS`. */
  readonly codecId: string;
  readonly width?: number;
  readonly height?: number;
  readonly blocks: number;
  readonly firstMs?: number;
  readonly lastMs?: number;
}

/** One EBML stream of a file: bytes `startByte` up to but not including `endByte`. */
export interface StreamLayout {
  readonly startByte: number;
  readonly endByte: number;
  readonly tracks: readonly TrackLayout[];
  /** The earliest and latest block of any track, in milliseconds; absent without a block. */
  readonly firstMs?: number;
  readonly lastMs?: number;
  /** The stream ends in the middle of an element: its writer was cut off. */
  readonly truncated: boolean;
}

/** What a file of live WebM or Matroska holds; no streams: it is something else. */
export interface RecordingLayout {
  readonly bytes: number;
  readonly streams: readonly StreamLayout[];
}

/** Returns the first track of a kind that has at least one block. */
export function filledTrack(
  stream: StreamLayout,
  kind: TrackLayout["kind"],
): TrackLayout | undefined {
  return stream.tracks.find((track) => track.kind === kind && track.blocks > 0);
}
