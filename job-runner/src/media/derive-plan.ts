import { FORMATS, type Format } from "@meeting-bot/core";
import type { OutputKind } from "./conversion-plan.ts";

/** What is made of a finished output instead of the recording. */
export type DerivedKind = "mp3" | "wav" | "opus" | "thumbnail";

/** How one kind of derived output is made, and what it must be. */
export interface Derivation {
  readonly name: Format;
  readonly contentType: string;
  /** What it shows or lets hear: an output of the conversion, which it is made of. */
  readonly of: OutputKind;
  /** The codec that it must hold, as ffprobe calls it. */
  readonly codec: string;
  /** ffmpeg's options in front of a source that is `seconds` long. */
  inputOptions(seconds: number): string[];
  /** ffmpeg's arguments behind the source, but for the output's name. */
  outputArguments(audioBitrateKbps: number): string[];
}

const INPUT_OPTIONS = ["-hide_banner", "-nostdin", "-y", "-loglevel", "error"];

/** The widest thumbnail, in pixels; a smaller picture stays as it is. */
const THUMBNAIL_WIDTH = 640;

/** How each kind is made, by the ffmpeg of 2018 as by today's. */
export const DERIVATIONS: Readonly<Record<DerivedKind, Derivation>> = {
  mp3: sound("audio.mp3", "audio/mpeg", "mp3", (kbps) => [
    ...["-c:a", "libmp3lame", "-b:a", `${kbps}k`, "-f", "mp3"],
  ]),
  // A plain WAV file ends at 4 GiB, after six hours of stereo.
  wav: sound("audio.wav", "audio/wav", "pcm_s16le", () => [
    ...["-c:a", "pcm_s16le", "-rf64", "auto", "-f", "wav"],
  ]),
  opus: sound("audio.opus", "audio/ogg", "opus", (kbps) => [
    ...["-c:a", "libopus", "-b:a", `${kbps}k`, "-f", "opus"],
  ]),
  thumbnail: {
    name: "thumbnail.jpg",
    contentType: "image/jpeg",
    of: "video",
    codec: "mjpeg",
    // The key frame before the middle: there always is one, however long the last frame is shown.
    inputOptions: (seconds) => [
      ...[...INPUT_OPTIONS, "-noaccurate_seek", "-ss", (seconds / 2).toFixed(3)],
    ],
    outputArguments: () => [
      ...["-map", "0:v:0", "-frames:v", "1"],
      // A frame from before the middle has a negative time, at which ffmpeg drops it.
      ...["-vf", `setpts=0,scale=w='min(${THUMBNAIL_WIDTH},iw)':h=-2:out_range=pc,format=yuvj420p`],
      ...["-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg"],
    ],
  },
};

function sound(
  name: Format,
  contentType: string,
  codec: string,
  encode: (kbps: number) => string[],
): Derivation {
  return {
    name,
    contentType,
    of: "audio",
    codec,
    inputOptions: () => INPUT_OPTIONS,
    outputArguments: (kbps) => ["-map", "0:a:0", ...encode(kbps)],
  };
}

/** The derived outputs among the formats that are asked for. */
export function derivedKinds(formats: readonly Format[]): DerivedKind[] {
  return formats.map((format) => FORMATS[format]).filter(isDerived);
}

function isDerived(kind: string): kind is DerivedKind {
  return Object.hasOwn(DERIVATIONS, kind);
}
