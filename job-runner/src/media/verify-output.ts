import { stat } from "node:fs/promises";
import type { OutputKind } from "./conversion-plan.ts";
import type { MediaInfo } from "./media-info.ts";
import { probeMedia } from "./probe.ts";

/** Where each track of an output must end, in seconds; absent: not known. */
export interface ExpectedEnds {
  readonly videoSeconds?: number;
  readonly audioSeconds?: number;
}

/** What an output must be. */
export interface ExpectedOutput {
  readonly kind: OutputKind;
  readonly hasAudio: boolean;
  readonly ends: ExpectedEnds;
}

/** What was found, or why it will not do. */
export type Verdict =
  | { readonly ok: true; readonly bytes: number; readonly info: MediaInfo }
  | { readonly ok: false; readonly message: string };

/** A good conversion ends within 50 ms of the last time stamp, a join adds 20 ms per piece. */
const MAX_SHORT_SECONDS = 0.5;
/** The last picture of a still screen may be held for long. */
const MAX_LONG_SECONDS = 10;

/**
 * Checks an output by what it contains: there, not empty, readable, the right tracks, and each
 * as long as what was fed. ffmpeg's exit code tells none of this.
 */
export async function verifyOutput(
  ffprobe: string,
  path: string,
  expected: ExpectedOutput,
  signal?: AbortSignal,
): Promise<Verdict> {
  const bytes = await stat(path).then(
    (file) => file.size,
    () => undefined,
  );
  if (bytes === undefined) return { ok: false, message: "the output was not written" };
  if (bytes === 0) return { ok: false, message: "the output is empty" };
  const info = await probeMedia(ffprobe, path, signal);
  if (!info) return { ok: false, message: "the output cannot be read" };
  const message = findFault(info, expected);
  return message === undefined ? { ok: true, bytes, info } : { ok: false, message };
}

/** Says what is wrong with an output, if anything. */
export function findFault(
  { video, audio }: MediaInfo,
  { kind, hasAudio, ends }: ExpectedOutput,
): string | undefined {
  if (kind === "video" && video?.codec !== "h264") return "the output has no H.264 video";
  if (kind === "audio" && video) return "the audio output has a video track";
  if (hasAudio && audio?.codec !== "aac") return "the output has no AAC audio";
  return (
    (kind === "video" && findWrongEnd("video", video?.endSeconds, ends.videoSeconds)) ||
    (hasAudio && findWrongEnd("audio", audio?.endSeconds, ends.audioSeconds)) ||
    undefined
  );
}

function findWrongEnd(track: string, seconds = 0, expected = seconds): string | undefined {
  const excess = seconds - expected;
  if (excess >= -MAX_SHORT_SECONDS && excess <= MAX_LONG_SECONDS) return undefined;
  return `its ${track} ends after ${seconds.toFixed(2)} s instead of ${expected.toFixed(2)} s`;
}
