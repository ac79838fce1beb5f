import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { contentOf, hasTrack, type PieceContent } from "./piece-content.ts";
import { probeMedia } from "./probe.ts";
import type { RecordingLayout, StreamLayout } from "./recording-layout.ts";
import { createWebmScanner } from "./webm-scanner.ts";

/** What ffmpeg converts in one run: a stream of a recording, or a file that it opens itself. */
export interface Piece extends PieceContent {
  readonly path: string;
  /** First and last byte; absent: the whole file by name, since MP4 may need to be sought in. */
  readonly range?: { readonly start: number; readonly end: number };
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
 * Finds out what the files of a recording hold. One that holds nothing is passed over; only when
 * none holds anything is the recording refused, for the reason that leaves most to be done.
 */
export async function inspectRecordings(
  paths: readonly string[],
  ffprobe: string,
  signal?: AbortSignal,
): Promise<Inspection | Refusal> {
  const pieces: Piece[] = [];
  const refusals: Refusal[] = [];
  let truncated = false;
  for (const path of paths) {
    const inspection = await inspectRecording(path, ffprobe, signal);
    if (inspection.ok) pieces.push(...inspection.pieces);
    else refusals.push(inspection);
    truncated ||= inspection.ok ? inspection.truncated : inspection.code === "CONVERSION_FAILED";
  }
  if (pieces.length > 0) return { ok: true, pieces, truncated };
  const damaged = refusals.find(({ code }) => code === "CONVERSION_FAILED");
  return damaged ?? refusals.at(-1) ?? refuse("NO_RECORDING", "The bot left no recording.");
}

/**
 * Finds out what a recording holds: reads it once, and asks ffprobe about each of its streams.
 */
async function inspectRecording(
  path: string,
  ffprobe: string,
  signal?: AbortSignal,
): Promise<Inspection | Refusal> {
  const layout = await measureRecording(path, signal);
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
export function openPiece({ path, range }: Pick<Piece, "path" | "range">): Readable | string {
  return range ? createReadStream(path, { ...range, highWaterMark: READ_BYTES }) : path;
}

/** Finds out what a file holds, without a look into its tracks; undefined when it is not there. */
export async function measureRecording(
  path: string,
  signal?: AbortSignal,
): Promise<RecordingLayout | undefined> {
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
  const range = { start: stream.startByte, end: stream.endByte - 1 };
  const info = await probeMedia(ffprobe, openPiece({ path, range }), signal);
  return { path, range, ...contentOf(stream, info) };
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
  return { ok: true, pieces: [{ path, video, audio, seconds, ends }], truncated: false };
}

function unreadable(): Refusal {
  return refuse("CONVERSION_FAILED", "The recording is damaged: no picture or sound can be read.");
}

function refuse(code: Refusal["code"], message: string): Refusal {
  return { ok: false, code, message };
}
