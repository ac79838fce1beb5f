import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { RecordingSource } from "@meeting-bot/core";
import type { ConvertedOutput } from "./converted-recording.ts";
import { probeMedia } from "./probe.ts";

/** The recording as the bot wrote it, to be stored as it is. */
export interface RawOutput extends Omit<ConvertedOutput, "kind" | "path"> {
  readonly kind: "raw";
  /** `raw.webm`, or `raw.mp4` where the bot recorded that. */
  readonly name: string;
  readonly source: RecordingSource;
}

/** A recording that is over. */
export interface RawRecording {
  /** Its files in order: what earlier attempts saved, then this one's. None is written to any more. */
  readonly recordings: readonly string[];
  /** Its length up to its last time stamp: live WebM does not say it. */
  readonly recordedSeconds: number;
}

/**
 * Describes a recording's files as one output that holds them one after the other. They are not
 * copied: the disk need not hold them twice. Rejects when one of them is not there.
 */
export async function describeRaw(
  { recordings, recordedSeconds }: RawRecording,
  ffprobe: string,
  signal?: AbortSignal,
): Promise<RawOutput> {
  const files = await Promise.all(
    recordings.map(async (path) => ({ path, bytes: (await stat(path)).size })),
  );
  const [first] = files.filter(({ bytes }) => bytes > 0);
  const info = first && (await probeMedia(ffprobe, first.path, signal));
  const { video, audio, container = "" } = info ?? {};
  const extension = container.includes("mp4") ? "mp4" : "webm";
  return {
    kind: "raw",
    name: `raw.${extension}`,
    source: joinedSource(files),
    contentType: `video/${extension}`,
    bytes: totalBytes(files),
    durationSeconds: recordedSeconds,
    codec: (video ?? audio)?.codec ?? "",
    ...(video && { width: video.width, height: video.height }),
  };
}

interface SizedFile {
  readonly path: string;
  readonly bytes: number;
}

/** Reads files one after the other, each as far as it went when it was measured. */
function joinedSource(files: readonly SizedFile[]): RecordingSource {
  async function* read(): AsyncGenerator<Uint8Array> {
    for (const { path, bytes } of files) {
      if (bytes > 0) yield* createReadStream(path, { end: bytes - 1 });
    }
  }
  return { bytes: totalBytes(files), open: () => Readable.from(read(), { objectMode: false }) };
}

function totalBytes(files: readonly SizedFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
