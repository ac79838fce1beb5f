import type { VideoInfo } from "./media-info.ts";
import { PROBE_LIMITS } from "./probe.ts";

/** What a recording can become: `video.mp4` (with its sound) and `audio.m4a`. */
export type OutputKind = "video" | "audio";

/** How to convert; `maxHeight` (pixels) makes larger pictures smaller. */
export interface ConversionOptions {
  /** What is wanted. */
  readonly outputs: readonly OutputKind[];
  readonly preset: string;
  readonly crf: number;
  readonly audioBitrate: string;
  readonly maxHeight?: number;
}

/** What x264's authors and the field call a good default, and clear speech. */
export const DEFAULT_CONVERSION_OPTIONS: ConversionOptions = {
  outputs: ["video", "audio"],
  preset: "medium",
  crf: 23,
  audioBitrate: "128k",
};

/** Width and height in pixels. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** Where a piece's pictures come from: its own track, as it is or encoded, or nowhere. */
export type VideoPlan =
  | { readonly mode: "copy" }
  | { readonly mode: "encode"; readonly size: FrameSize }
  | { readonly mode: "black"; readonly size: FrameSize; readonly seconds: number };

/** Where a piece's sound comes from: its own track, or nowhere. */
export type AudioPlan =
  | { readonly mode: "encode"; readonly minimumSeconds?: number }
  | { readonly mode: "silence"; readonly seconds: number };

/** What one run of ffmpeg makes of one piece of a recording. */
export interface PiecePlan {
  readonly outputs: Readonly<Partial<Record<OutputKind, string>>>;
  readonly video?: VideoPlan;
  readonly audio?: AudioPlan;
}

const SAMPLE_RATE = 48_000;
const COPYABLE_PROFILES = new Set(["Baseline", "Constrained Baseline", "Main", "High"]);
const COPYABLE_PIXEL_FORMATS = new Set(["yuv420p", "yuvj420p"]);

/**
 * Whether H.264 may be copied as it is: what every player understands, of even size.
 * Anything else also copies without an error, plays in Chromium, and fails elsewhere. That the
 * stream keeps its parameters can only be told while copying (`PARAMETER_LOG`).
 */
export function isCopyable(video: VideoInfo, { maxHeight = Infinity }: ConversionOptions): boolean {
  return (
    video.codec === "h264" &&
    COPYABLE_PROFILES.has(video.profile) &&
    COPYABLE_PIXEL_FORMATS.has(video.pixFmt) &&
    video.fieldOrder === "progressive" &&
    video.width % 2 === 0 &&
    video.height % 2 === 0 &&
    video.height <= maxHeight
  );
}

/** The size to encode at: the picture's, no higher than allowed, both sides even for yuv420p. */
export function encodedSize(
  video: FrameSize,
  { maxHeight = Infinity }: ConversionOptions,
): FrameSize {
  const scale = Math.min(1, maxHeight / video.height);
  return { width: even(video.width * scale), height: even(video.height * scale) };
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.floor(pixels / 2));
}

/** Options in front of the input. */
export const INPUT_OPTIONS = [
  ...["-hide_banner", "-nostdin", "-y", "-loglevel", "error", "-stats"],
  ...["-fflags", "+genpts", ...PROBE_LIMITS],
];

/**
 * Where a copying run writes one line per sequence parameter set (SPS) it meets, with its hash.
 * More than one hash: the parameters change in mid-stream and the copy must not be used.
 */
export const PARAMETER_LOG = "parameters.framemd5";

const PARAMETER_LOG_ARGUMENTS = [
  ...["-map", "0:v:0", "-c", "copy", "-bsf:v", "h264_mp4toannexb,filter_units=pass_types=7"],
  ...["-f", "framemd5", PARAMETER_LOG],
];

/** Reads the distinct hashes from the parameter log; its columns are separated by commas. */
export function readParameterHashes(log: string): string[] {
  const lines = log.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return [...new Set(lines.map((line) => line.split(",").at(-1)?.trim() ?? ""))];
}

/**
 * What counts in milliseconds, as WebM does, becomes an MP4 that counts so; what comes from an MP4
 * must count alike, or a join plays it at another speed.
 */
const MP4_OPTIONS = "movflags=+faststart:video_track_timescale=16000";

/**
 * Returns ffmpeg's arguments behind the input: every output of the piece, sound encoded once.
 * `tee` splits after encoding; with `onfail=ignore` one output survives the other.
 */
export function conversionArguments(
  { outputs, video, audio }: PiecePlan,
  options: ConversionOptions,
  frameTimingOption: string,
): string[] {
  const picture = outputs.video === undefined ? undefined : video;
  const slaves = [
    outputs.video && `[f=mp4:${MP4_OPTIONS}:onfail=ignore]${outputs.video}`,
    outputs.audio && `[select=a:f=ipod:movflags=+faststart:onfail=ignore]${outputs.audio}`,
  ];
  return [
    ...(picture ? videoArguments(picture, options, frameTimingOption) : []),
    ...(audio ? audioArguments(audio, options) : []),
    // Sound that starts twelve seconds late overflows the queue of ffmpeg 4 without this.
    ...["-max_muxing_queue_size", "4096"],
    ...["-f", "tee", "-flags", "+global_header", slaves.filter(Boolean).join("|")],
    ...(picture?.mode === "copy" ? PARAMETER_LOG_ARGUMENTS : []),
  ];
}

function videoArguments(
  plan: VideoPlan,
  { preset, crf }: ConversionOptions,
  frameTimingOption: string,
): string[] {
  if (plan.mode === "copy") return ["-map", "0:v:0", "-c:v", "copy"];
  return [
    ...(plan.mode === "encode" ? ownPictures(plan.size) : blackPictures(plan)),
    ...["-color_range", "tv", "-c:v", "libx264", "-preset", preset, "-crf", String(crf)],
    // tee makes a constant frame rate otherwise: 180 irregular frames become 19,752.
    ...[frameTimingOption, "vfr"],
    // Time stamps snap to the nominal frame rate otherwise. WebM counts in milliseconds, which
    // black pictures must say themselves: pieces can only be joined when they count alike.
    ...["-enc_time_base:v", plan.mode === "encode" ? "-1" : "1:1000"],
  ];
}

/** A change of resolution keeps its shape inside the frame; Chromium's VP9 is full range. */
function ownPictures({ width, height }: FrameSize): string[] {
  const scale = `scale=w=${width}:h=${height}:force_original_aspect_ratio=decrease:out_range=tv`;
  const filters = [scale, `pad=${width}:${height}:-1:-1`, "setsar=1", "format=yuv420p"];
  return ["-map", "0:v:0", "-vf", filters.join(",")];
}

function blackPictures(plan: { size: FrameSize; seconds: number }): string[] {
  const { size, seconds } = plan;
  const source = `color=c=black:s=${size.width}x${size.height}:r=25:d=${seconds}`;
  return ["-filter_complex", `${source},format=yuv420p[v]`, "-map", "[v]"];
}

function audioArguments(plan: AudioPlan, { audioBitrate }: ConversionOptions): string[] {
  return [
    ...soundArguments(plan),
    // `fast` is a fifth of the cost of Debian's default coder (0.32 s against 1.68 s for 20 s).
    ...["-c:a", "aac", "-b:a", audioBitrate, "-aac_coder", "fast"],
  ];
}

/** Returns ffmpeg's arguments that choose a piece's sound, for whatever codec. */
export function soundArguments(plan: AudioPlan): string[] {
  return plan.mode === "encode" ? ownSound(plan.minimumSeconds) : silence(plan.seconds);
}

/** Holes and a late start become silence: without it, whoever counts samples drifts. */
function ownSound(minimumSeconds = 0): string[] {
  const filled = `aresample=${SAMPLE_RATE}:async=1:first_pts=0`;
  const padded = `,apad=whole_len=${Math.ceil(minimumSeconds * SAMPLE_RATE)}`;
  return ["-map", "0:a:0", "-af", minimumSeconds > 0 ? filled + padded : filled];
}

function silence(seconds: number): string[] {
  const source = `anullsrc=r=${SAMPLE_RATE}:cl=stereo,atrim=duration=${seconds}[a]`;
  return ["-filter_complex", source, "-map", "[a]"];
}

/** Options in front of the list of pieces to be joined. */
export const JOIN_INPUT_OPTIONS = [
  ...["-hide_banner", "-nostdin", "-y", "-loglevel", "error"],
  ...["-f", "concat", "-safe", "0"],
];

/** What ffmpeg is told about the files that joined outputs become. */
export const MUXERS: Readonly<Record<OutputKind, readonly string[]>> = {
  video: ["-movflags", "+faststart", "-f", "mp4"],
  audio: ["-movflags", "+faststart", "-f", "ipod"],
};

/** Returns ffmpeg's arguments for joining pieces that were made by the same command. */
export function joinArguments(muxer: readonly string[], name: string): string[] {
  return ["-map", "0", "-c", "copy", ...muxer, name];
}
