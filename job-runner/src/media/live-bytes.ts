import type { GrowingBytes } from "../recording/growing-recording.ts";
import { filledTrack, type RecordingLayout, type StreamLayout } from "./recording-layout.ts";

/**
 * A growing recording that is measured as it comes: `layout()` tells what it holds so far, and all
 * of it once `ended`.
 */
export type MeasuredBytes = GrowingBytes & { layout(): RecordingLayout };

/** A stream of a recording as it is now; `isClosed` once nothing more will come to it. */
export interface LiveStream {
  readonly layout: StreamLayout;
  readonly isClosed: boolean;
  /** Where the next stream begins. */
  readonly nextStart?: number;
}

/** Looks at the stream that begins at `startByte`; undefined until its header is there. */
export function lookAtStream(bytes: MeasuredBytes, startByte: number): LiveStream | undefined {
  const { ended } = bytes;
  const { streams } = bytes.layout();
  const index = streams.findIndex((stream) => stream.startByte === startByte);
  const layout = streams[index];
  if (!layout) return undefined;
  const nextStart = streams[index + 1]?.startByte;
  return { layout, isClosed: ended || nextStart !== undefined, nextStart };
}

/**
 * Resolves with what `find` finds in a recording, looking whenever it grows; undefined once it has
 * ended without that.
 */
export async function waitFor<Found>(
  bytes: MeasuredBytes,
  find: () => Found | undefined,
  signal: AbortSignal,
): Promise<Found | undefined> {
  for (;;) {
    const { length, ended } = bytes;
    const found = find();
    if (found !== undefined || ended) return found;
    await bytes.changed(length, signal);
  }
}

/** How long, in the time of the recording, a declared track is waited for. */
const TRACK_PATIENCE_MS = 3000;

/** Whether it is known, as far as can be waited for, which of its declared tracks a stream has. */
export function areTracksKnown({ tracks, firstMs, lastMs }: StreamLayout): boolean {
  if (firstMs === undefined || lastMs === undefined) return false;
  const awaited = tracks.filter(({ kind, blocks }) => kind !== "other" && blocks === 0);
  return awaited.length === 0 || lastMs - firstMs >= TRACK_PATIENCE_MS;
}

/** Whether a stream has come to have a track that was not there when its conversion was planned. */
export function hasMoreTracks(
  stream: StreamLayout,
  planned: { readonly video?: object; readonly audio?: object },
): boolean {
  return (["video", "audio"] as const).some((kind) => filledTrack(stream, kind) && !planned[kind]);
}
