import { FORMATS, type Format } from "@meeting-bot/core";

/** Sound in another format than the M4A's, made of the recording itself: each encoding costs quality. */
export type SoundKind = "mp3" | "wav" | "opus";

/** What is made besides the conversion's outputs. */
export type DerivedKind = SoundKind | "thumbnail";

/** A kind of file, and what it must hold. */
export interface FileType {
  readonly name: Format;
  readonly contentType: string;
  /** The codec, as ffprobe calls it. */
  readonly codec: string;
}

/** How one kind of sound is written. */
export interface SoundType extends FileType {
  /** ffmpeg's arguments that encode it. */
  encoder(kbps: number): string[];
  /** What ffmpeg is told about the file. */
  readonly muxer: readonly string[];
}

/** How each kind of sound is made, by the ffmpeg of 2018 as by today's. */
export const SOUNDS: Readonly<Record<SoundKind, SoundType>> = {
  mp3: {
    name: "audio.mp3",
    contentType: "audio/mpeg",
    codec: "mp3",
    encoder: (kbps) => ["-c:a", "libmp3lame", "-b:a", `${kbps}k`],
    muxer: ["-f", "mp3"],
  },
  wav: {
    name: "audio.wav",
    contentType: "audio/wav",
    codec: "pcm_s16le",
    encoder: () => ["-c:a", "pcm_s16le"],
    // A plain WAV file ends at 4 GiB, after six hours of stereo.
    muxer: ["-rf64", "auto", "-f", "wav"],
  },
  // Not copied, even from Opus: a copy would keep holes in the sound, and with them lose the time.
  opus: {
    name: "audio.opus",
    contentType: "audio/ogg",
    codec: "opus",
    encoder: (kbps) => ["-c:a", "libopus", "-b:a", `${kbps}k`],
    muxer: ["-f", "opus"],
  },
};

/** The still picture. */
export const THUMBNAIL: FileType = {
  name: "thumbnail.jpg",
  contentType: "image/jpeg",
  codec: "mjpeg",
};

const QUIET = ["-hide_banner", "-nostdin", "-y", "-loglevel", "error"];

/**
 * ffmpeg's options in front of a video of so many seconds whose picture is wanted: the key frame before
 * the middle. There always is one, however long the last frame is shown.
 */
export function thumbnailInputOptions(seconds: number): string[] {
  return [...QUIET, "-noaccurate_seek", "-ss", (seconds / 2).toFixed(3)];
}

/** The widest thumbnail, in pixels; a smaller picture stays as it is. */
const THUMBNAIL_WIDTH = 640;

/** ffmpeg's arguments behind that video. */
export const THUMBNAIL_ARGUMENTS = [
  ...["-map", "0:v:0", "-frames:v", "1"],
  // A frame from before the middle has a negative time, at which ffmpeg drops it.
  ...["-vf", `setpts=0,scale=w='min(${THUMBNAIL_WIDTH},iw)':h=-2:out_range=pc,format=yuvj420p`],
  ...["-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg", THUMBNAIL.name],
];

/** The derived outputs among the formats that are asked for. */
export function derivedKinds(formats: readonly Format[]): DerivedKind[] {
  return formats.map((format) => FORMATS[format]).filter(isDerived);
}

function isDerived(kind: string): kind is DerivedKind {
  return kind === "thumbnail" || Object.hasOwn(SOUNDS, kind);
}
