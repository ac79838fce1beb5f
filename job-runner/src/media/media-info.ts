/** What ffprobe says about a video track; `endSeconds` is where its last frame ends. */
export interface VideoInfo {
  readonly codec: string;
  readonly profile: string;
  readonly pixFmt: string;
  readonly width: number;
  readonly height: number;
  readonly fieldOrder: string;
  readonly frames?: number;
  readonly endSeconds?: number;
}

/** What ffprobe says about an audio track; `endSeconds` is where its last sample ends. */
export interface AudioInfo {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly endSeconds?: number;
}

/** What a media file holds. Live WebM has no duration, neither for the file nor for its tracks. */
export interface MediaInfo {
  /** ffprobe's name of the format, such as `matroska,webm` or `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  readonly durationSeconds?: number;
  readonly video?: VideoInfo;
  readonly audio?: AudioInfo;
}

/** The part of ffprobe's JSON that is read; it writes most numbers as strings, or as "N/A". */
interface ProbedStream {
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly profile?: string;
  readonly pix_fmt?: string;
  readonly width?: number;
  readonly height?: number;
  readonly field_order?: string;
  readonly nb_frames?: string;
  readonly start_time?: string;
  readonly duration?: string;
  readonly sample_rate?: string;
  readonly channels?: number;
}
interface ProbedFile {
  readonly streams?: readonly ProbedStream[];
  readonly format?: { readonly format_name?: string; readonly duration?: string };
}

/**
 * Reads the output of `ffprobe -of json -show_format -show_streams`.
 * Of several tracks of a kind the first counts; one that could not be understood is left out.
 */
export function parseMediaInfo(json: string): MediaInfo {
  const { streams = [], format = {} }: ProbedFile = JSON.parse(json);
  const video = streams.find((stream) => stream.codec_type === "video" && stream.width);
  const audio = streams.find((stream) => stream.codec_type === "audio" && stream.channels);
  return {
    container: format.format_name ?? "",
    durationSeconds: readNumber(format.duration),
    video: video && toVideoInfo(video),
    audio: audio && toAudioInfo(audio),
  };
}

function toVideoInfo(stream: ProbedStream): VideoInfo {
  return {
    codec: stream.codec_name ?? "",
    profile: stream.profile ?? "",
    pixFmt: stream.pix_fmt ?? "",
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    fieldOrder: stream.field_order ?? "unknown",
    frames: readNumber(stream.nb_frames),
    endSeconds: endSeconds(stream),
  };
}

function toAudioInfo(stream: ProbedStream): AudioInfo {
  return {
    codec: stream.codec_name ?? "",
    sampleRate: readNumber(stream.sample_rate) ?? 0,
    channels: stream.channels ?? 0,
    endSeconds: endSeconds(stream),
  };
}

function endSeconds({ start_time, duration }: ProbedStream): number | undefined {
  const seconds = readNumber(duration);
  return seconds === undefined ? undefined : (readNumber(start_time) ?? 0) + seconds;
}

function readNumber(text: string | undefined): number | undefined {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) ? value : undefined;
}
