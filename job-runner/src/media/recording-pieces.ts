import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import type { AudioInfo, VideoInfo } from "./media-info.ts";
import { probeMedia } from "./probe.ts";
import { filledTrack, type RecordingLayout, type StreamLayout } from "./recording-layout.ts";
import type { ExpectedEnds } from "./verify-output.ts";
import { createWebmScanner } from "./webm-scanner.ts";

/** What ffmpeg converts in one run: a stream of the recording, or a file that it opens itself. */
export interface Piece {
  /** First and last byte; absent: the whole file by name, since MP4 may need to be sought in. */
  readonly range?: { readonly start: number; readonly end: number };
  readonly video?: VideoInfo;
  readonly audio?: AudioInfo;
  /** How long it is, up to its last time stamp; 0: not known. */
  readonly seconds: number;
  /** Where its tracks end, counted from its first time stamp. */
  readonly ends: ExpectedEnds;
}

/** Why nothing can be made of a recording. */
export interface Refusal {
  readonly ok: false;
  readonly code: "NO_RECORDING" | "CONVERSION_FAILED";
  /** A sentence for a person. */
  readonly message: string;
}

/** What a recording consists of, in order. */
export interface Inspection {
  readonly ok: true;
  readonly pieces: readonly Piece[];
  /** A stream ends in the middle of an element, or cannot be read at all. */
  readonly truncated: boolean;
}

const READ_BYTES = 256 * 1024;

/**
 * Finds out what a recording holds: reads it once, and asks ffprobe about each of its streams.
 * Only tracks that have something in them count.
 */
export async function inspectRecording(
  path: string,
  ffprobe: string,
  signal?: AbortSignal,
): Promise<Inspection | Refusal> {
  const layout = await scan(path, signal);
  if (!layout) return refuse("NO_RECORDING", "The bot left no recording.");
  if (layout.bytes === 0) return refuse("NO_RECORDING", "The recording is empty.");
  if (layout.streams.length === 0) return inspectFile(path, ffprobe, signal);
  const filled = layout.streams.filter((stream) => stream.lastMs !== undefined);
  if (filled.length === 0) return refuse("NO_RECORDING", "The recording has no picture or sound.");
  const pieces: Piece[] = [];
  for (const stream of filled) pieces.push(await inspectStream(path, stream, ffprobe, signal));
  const readable = pieces.filter(hasTrack);
  if (readable.length === 0) return unreadable();
  const isCut = layout.streams.some((stream) => stream.truncated);
  return { ok: true, pieces: readable, truncated: isCut || readable.length < pieces.length };
}

/** Opens what ffmpeg is to be fed with. */
export function openPiece(path: string, { range }: Pick<Piece, "range">): Readable | string {
  return range ? createReadStream(path, { ...range, highWaterMark: READ_BYTES }) : path;
}

async function scan(path: string, signal?: AbortSignal): Promise<RecordingLayout | undefined> {
  const scanner = createWebmScanner();
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES, signal })) {
      scanner.push(chunk);
    }
    return scanner.end();
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function inspectStream(
  path: string,
  stream: StreamLayout,
  ffprobe: string,
  signal?: AbortSignal,
): Promise<Piece> {
  const { firstMs = 0, lastMs = 0 } = stream;
  const range = { start: stream.startByte, end: stream.endByte - 1 };
  const info = await probeMedia(ffprobe, openPiece(path, { range }), signal);
  const video = filledTrack(stream, "video");
  const audio = filledTrack(stream, "audio");
  return {
    range,
    video: video && info?.video,
    audio: audio && info?.audio,
    seconds: (lastMs - firstMs) / 1000,
    ends: {
      videoSeconds: secondsAfter(firstMs, video?.lastMs),
      audioSeconds: secondsAfter(firstMs, audio?.lastMs),
    },
  };
}

/** Anything but WebM, such as the MP4 that some bots write, whatever the file is called. */
async function inspectFile(
  path: string,
  ffprobe: string,
  signal?: AbortSignal,
): Promise<Inspection | Refusal> {
  const info = await probeMedia(ffprobe, path, signal);
  if (!info || !hasTrack(info)) return unreadable();
  const { video, audio, durationSeconds: seconds = 0 } = info;
  const ends = { videoSeconds: video?.endSeconds, audioSeconds: audio?.endSeconds };
  return { ok: true, pieces: [{ video, audio, seconds, ends }], truncated: false };
}

function hasTrack({ video, audio }: Pick<Piece, "video" | "audio">): boolean {
  return video !== undefined || audio !== undefined;
}

function secondsAfter(firstMs: number, lastMs: number | undefined): number | undefined {
  return lastMs === undefined ? undefined : (lastMs - firstMs) / 1000;
}

function unreadable(): Refusal {
  return refuse("CONVERSION_FAILED", "The recording is damaged: no picture or sound can be read.");
}

function refuse(code: Refusal["code"], message: string): Refusal {
  return { ok: false, code, message };
}
